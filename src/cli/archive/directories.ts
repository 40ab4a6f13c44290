import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { ArchiveContents, ReplicaSource } from '../../archive/index.js'
import { hashHex, sha256 } from '../../feeds/index.js'
import { networkFileOf } from '../../node/config.js'
import { dataDirectory } from '../../node/data-directory.js'
import { type Member, type Network, parseNetworkFile } from '../../roles/index.js'
import { CodedError, utf8 } from '../../util/index.js'
import { messageLogPath } from '../feeds/message-log.js'
import { readJson, readText } from '../files.js'
import { LogReplica } from './log-replica.js'

/** Data directories as what an archive is made of. Nothing is written to them, and no lock is taken. */
export interface OpenedDirectories {
  readonly contents: ArchiveContents
  close(): Promise<void>
}

/**
 * @param networkFile instead of the one that each directory names.
 * @throws CodedError `directory-*`, `network-file-*`, `file-*`, `member-unknown`, `archive-foreign` (two networks),
 * `replica-repeated`, `evidence-changed`, `message-log-missing`
 */
export const openDirectories = async (
  directories: readonly string[],
  networkFile?: string,
): Promise<OpenedDirectories> => {
  const replicas: LogReplica[] = []
  const close = async (): Promise<void> => {
    for (const replica of replicas) await replica.close()
  }
  try {
    const { text, network } = await commonNetwork(directories, networkFile)
    for (const directory of directories) {
      const paths = dataDirectory(directory)
      const { id: member, name } = await memberOf(paths.registration, network)
      if (replicas.some((replica) => replica.member === member)) {
        throw new CodedError('replica-repeated', `two of the directories are of ${name}`, { name })
      }
      const origin = { member, name, evidence: await evidenceIn(paths.evidence) }
      replicas.push(await LogReplica.open(origin, messageLogPath(paths.ssb)))
    }
    return { contents: { network, networkText: text, replicas }, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface NetworkText {
  readonly text: string
  readonly network: Network
}

const commonNetwork = async (directories: readonly string[], file?: string): Promise<NetworkText> => {
  if (file !== undefined) return readNetwork(file)
  let common: NetworkText | null = null
  for (const directory of directories) {
    const each = await readNetwork(await networkFileOf(directory))
    common ??= each
    if (each.network.chainId !== common.network.chainId) {
      throw new CodedError('archive-foreign', `${directory} is of another network`, { directory })
    }
  }
  if (common === null) throw new CodedError('usage', '--dir is missing')
  return common
}

const readNetwork = async (path: string): Promise<NetworkText> => {
  const text = await readText(path)
  try {
    return { text, network: parseNetworkFile(JSON.parse(text)) }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new CodedError('network-file-malformed', `${path} is not JSON`, { path }, { cause })
  }
}

const memberOf = async (registration: string, network: Network): Promise<Member> => {
  const json = await readJson(registration)
  const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : null
  const member = network.members.find((each) => each.id === id)
  if (member) return member
  throw new CodedError('member-unknown', `${registration} is of no member of the network`, {
    path: registration,
  })
}

const EVIDENCE = /^([0-9a-f]{64})\.(?:proof|finding)\.json$/

const evidenceIn = async (directory: string): Promise<ReplicaSource['evidence']> => {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new CodedError(
      'evidence-unreadable',
      `${directory} cannot be read`,
      { path: directory },
      { cause: error },
    )
  })
  const files: { readonly name: string; readonly text: string }[] = []
  for (const name of names) {
    const hash = EVIDENCE.exec(name)?.[1]
    if (hash === undefined) continue
    const text = await readText(join(directory, name))
    if (hashHex(sha256(utf8(text))) !== hash) {
      throw new CodedError('evidence-changed', `${join(directory, name)} is not what its name says`, { name })
    }
    files.push({ name, text })
  }
  return files
}
