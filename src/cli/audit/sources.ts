import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import { type Archive, openArchive } from '../../archive/index.js'
import type { FeedBeginning, FeedSource } from '../../audit/index.js'
import { dataDirectory } from '../../node/data-directory.js'
import { logFileOf, openLogSource } from '../../node/log-source.js'
import { loadNetworkFile, type Network } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { FILE, optional } from '../kit/index.js'

/** What every command takes beside its sources. */
export const SOURCE_OPTIONS = {
  network: optional(
    FILE,
    'the signed network file (default: that of the first archive, or in or beside the first directory)',
  ),
  application: optional(FILE, 'module of the application that the network runs (default: the STORE ledger)'),
} as const

export interface OpenedSources {
  readonly network: Network
  readonly sources: readonly FeedSource[]
  /** Data directories of which lanes were pruned. */
  readonly pruned: readonly { readonly directory: string; readonly beginnings: readonly FeedBeginning[] }[]
  close(): Promise<void>
}

/**
 * Data directories of nodes, and archives, which are files. The network is the one of the file that was named, else of
 * the first archive, else the one of the first directory.
 * @throws CodedError `source-*`, `archive-*`, and of the network file
 */
export const openSources = async (
  paths: readonly string[],
  networkFile: string | undefined,
): Promise<OpenedSources> => {
  const archives: Archive[] = []
  const sources: FeedSource[] = []
  const directories: string[] = []
  const close = async (): Promise<void> => {
    await Promise.all([...sources, ...archives].map((opened) => opened.close()))
  }
  try {
    let network = networkFile === undefined ? undefined : await loadNetworkFile(networkFile)
    for (const path of paths.map((each) => resolve(each))) {
      if (!(await isFile(path))) {
        sources.push(await openLogSource(path))
        directories.push(path)
        continue
      }
      const archive = await openArchive(path, network ? { network } : {})
      archives.push(archive)
      network ??= archive.network
      sources.push(...(await replicasOf(archive, path)))
    }
    network ??= await loadNetworkFile(await networkFileBeside(resolve(paths[0] ?? '.')))
    for (const directory of directories) await checkNetwork(directory, network)
    const pruned = sources.flatMap(({ name, beginnings = [] }) =>
      beginnings.length > 0 ? [{ directory: name, beginnings }] : [],
    )
    return { network, sources, pruned, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Another one when the sources have grown: a log grows inside its last block first. */
export const stampOfSources = async (paths: readonly string[]): Promise<string> => {
  const stamps = paths
    .map((each) => resolve(each))
    .map(async (path) => {
      const { size, mtimeMs } = await stat((await isFile(path)) ? path : logFileOf(path))
      return `${size} ${mtimeMs}`
    })
  return (await Promise.all(stamps)).join()
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )

/** Members of several networks may have the same keys, so that nothing else tells their directories apart. */
const checkNetwork = async (directory: string, { chainId }: Network): Promise<void> => {
  const { network: file } = dataDirectory(directory)
  if (!(await isFile(file)) || (await loadNetworkFile(file)).chainId === chainId) return
  throw new CodedError('source-foreign', `${directory} is of another network`, { directory })
}

/** In a data directory, or beside those of a devnet. */
const networkFileBeside = async (directory: string): Promise<string> => {
  const inside = join(directory, 'network.json')
  return (await isFile(inside)) ? inside : join(dirname(directory), 'network.json')
}

/** Each node's log in an archive is a source of its own. */
const replicasOf = async (archive: Archive, path: string): Promise<readonly FeedSource[]> => {
  const sources: FeedSource[] = []
  for (const [index, { name, member }] of archive.replicas.entries()) {
    const replica = await archive.replica(index)
    sources.push({
      name: `${path}#${name}`,
      member,
      messages: () => replica.arrivals(),
      read: async (position) => (await replica.read(position)).value,
      async *proofs() {
        for await (const { replica: of, text } of archive.evidence()) if (of === index) yield parsed(text)
      },
      close: () => Promise.resolve(),
    })
  }
  return sources
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
