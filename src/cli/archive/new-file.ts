import { access, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import { CodedError } from '../../util/index.js'

/** @throws CodedError `file-exists` */
export const refuseExisting = async (path: string): Promise<void> => {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists) throw new CodedError('file-exists', `${path} exists already`, { path })
}

/**
 * Writes a file that is there whole or not at all: beside its place first, and made durable.
 * @returns what the pieces return.
 * @throws CodedError `file-exists`, `file-unwritable`, and whatever the pieces throw
 */
export const writeNewFile = async <Result>(
  path: string,
  pieces: AsyncGenerator<Uint8Array, Result>,
): Promise<Result> => {
  await refuseExisting(path)
  const beside = `${path}.partial`
  try {
    const result = await unlessRefused(path, () => writePieces(beside, pieces))
    await unlessRefused(path, () => rename(beside, path))
    return result
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

const writePieces = async <Result>(
  path: string,
  pieces: AsyncGenerator<Uint8Array, Result>,
): Promise<Result> => {
  await mkdir(dirname(path), { recursive: true })
  // An archive holds the network key.
  const handle = await open(path, 'w', 0o600)
  try {
    for (;;) {
      const { done, value } = await pieces.next()
      if (!done) {
        await handle.writeFile(value)
        continue
      }
      await handle.sync()
      return value
    }
  } finally {
    await handle.close()
  }
}

/** What the file system refuses is the world's fault; everything else passes. */
export const unlessRefused = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof CodedError || !(cause instanceof Error) || !('syscall' in cause)) throw cause
    const reason = 'code' in cause ? String(cause.code) : 'unknown'
    throw new CodedError(
      'file-unwritable',
      `${path} cannot be written (${reason})`,
      { path, reason },
      { cause },
    )
  }
}
