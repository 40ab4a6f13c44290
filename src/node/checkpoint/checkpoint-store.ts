import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js'

/** The checkpoints on disk: the last two, so that damage to one costs some replay and nothing else. */
const KEPT = 2
const NAME = /^(\d{16})\.checkpoint$/

const pathOf = (directory: string, height: number): string =>
  join(directory, `${String(height).padStart(16, '0')}.checkpoint`)

/** Heights of what is there, newest first; whether they are whole, reading shows. */
export const checkpointHeights = async (directory: string): Promise<readonly number[]> => {
  const names = await readdir(directory).catch(() => [])
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)
}

/** Null if it is not there, or not whole. */
export const readCheckpoint = async (directory: string, height: number): Promise<Checkpoint | null> => {
  const bytes = await readFile(pathOf(directory, height)).catch(() => null)
  const checkpoint = bytes && decodeCheckpoint(new Uint8Array(bytes))
  return checkpoint?.height === height ? checkpoint : null
}

/** Appears whole or not at all, and is durable before an older one goes. */
export const writeCheckpoint = async (directory: string, checkpoint: Checkpoint): Promise<void> => {
  await mkdir(directory, { recursive: true })
  const path = pathOf(directory, checkpoint.height)
  const unfinished = `${path}.unfinished`
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(encodeCheckpoint(checkpoint))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  await syncDirectory(directory)
  const old = (await checkpointHeights(directory)).slice(KEPT)
  for (const height of old) await rm(pathOf(directory, height), { force: true })
}

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
