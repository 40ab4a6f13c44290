import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import bipf from 'bipf'

import type { Archive } from '../../archive/index.js'
import type { NodeFile } from '../../node/config.js'
import { dataDirectory, type DataDirectory } from '../../node/data-directory.js'
import { LogWriter } from '../../node/log-file.js'
import { CodedError } from '../../util/index.js'
import { messageLogPath } from '../feeds/message-log.js'
import { toJson } from '../kit/index.js'
import { unlessRefused } from './new-file.js'

export interface Imported {
  readonly name: string
  readonly directory: string
  readonly messages: number
}

/**
 * Makes data directories out of an archive, whole or not at all: the directory itself if it holds one replica, else one
 * in it for each, by name. They hold no keys, so that no node starts on them; feeds are read there as anywhere.
 *
 * @param progress told of messages written so far
 * @throws CodedError `directory-in-use` unless the directory is empty or missing, `file-unwritable`, `archive-*`
 */
export const importArchive = async (
  archive: Archive,
  directory: string,
  progress: (messages: number) => void,
): Promise<readonly Imported[]> => {
  const root = resolve(directory)
  await refuseUsed(root)
  const beside = await unlessRefused(root, async () => {
    await mkdir(dirname(root), { recursive: true })
    return mkdtemp(`${root}.`)
  })
  try {
    const placeIn = (base: string, name: string): string =>
      archive.replicas.length === 1 ? base : join(base, name)
    let before = 0
    for (const [index, { name, messages }] of archive.replicas.entries()) {
      const paths = dataDirectory(placeIn(beside, name))
      const done = before
      await unlessRefused(root, () => importReplica(archive, index, paths, (count) => progress(done + count)))
      before += messages
    }
    await unlessRefused(root, () => rename(beside, root))
    return archive.replicas.map(({ name, messages }) => ({ name, directory: placeIn(root, name), messages }))
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
}

export const refuseUsed = async (root: string): Promise<void> => {
  const entries = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new CodedError('directory-unwritable', `${root} cannot be used`, { path: root }, { cause: error })
  })
  if (entries.length > 0) throw new CodedError('directory-in-use', `${root} is not empty`, { path: root })
}

const importReplica = async (
  archive: Archive,
  replica: number,
  paths: DataDirectory,
  progress: (messages: number) => void,
): Promise<void> => {
  const path = messageLogPath(paths.ssb)
  for (const folder of [dirname(path), paths.evidence]) await mkdir(folder, { recursive: true })
  await writeFile(paths.network, archive.networkText)
  const { registration, options } = identityOf(archive, replica)
  await writeFile(paths.registration, `${toJson(registration, 2)}\n`)
  await writeFile(paths.options, `${toJson(options, 2)}\n`)
  for await (const { replica: of, name, text } of archive.evidence()) {
    if (of === replica) await writeFile(join(paths.evidence, name), text)
  }
  const log = await archive.replica(replica)
  const writer = await LogWriter.create(path)
  try {
    for await (const { position, key, value, receivedAt } of log.arrivals()) {
      await writer.add(bipf.allocAndEncode({ key, value, timestamp: receivedAt }))
      progress(position + 1)
    }
    await writer.finish()
  } catch (error) {
    await writer.close().catch(() => undefined)
    throw error
  }
}

/** What the member handed to the registrar, and options under which its feeds are found. */
const identityOf = (
  archive: Archive,
  replica: number,
): { readonly registration: object; readonly options: NodeFile } => {
  const id = archive.replicas[replica]?.member
  const { network } = JSON.parse(archive.networkText) as { network: { members: { id: string }[] } }
  const entry = network.members.find((member) => member.id === id)
  const kind = archive.network.members.find((member) => member.id === id)?.kind ?? 'observer'
  return {
    registration: { ...entry, networkId: archive.network.networkId },
    options: { kind, network: 'network.json', ssb: { host: '127.0.0.1', port: 0 }, http: null },
  }
}
