import { resolve } from 'node:path'

import {
  archiveBytes,
  mergeReplicas,
  type MessageLine,
  openArchive,
  rowsFor,
  type Scanned,
  scanReplica,
} from '../../archive/index.js'
import { loadNetworkFile } from '../../roles/index.js'
import { openDirectories } from '../archive/directories.js'
import { refuseExisting, writeNewFile } from '../archive/new-file.js'
import { progressOf } from '../archive/progress.js'
import { type TableFormat, writeTables } from '../archive/write-tables.js'
import {
  command,
  DIRECTORY,
  FILE,
  many,
  oneOf,
  optional,
  type Outcome,
  required,
  type Terminal,
  usage,
  withDefault,
} from '../kit/index.js'

export const exportFeeds = command({
  name: 'export',
  summary: 'write the feeds of one or several nodes into one archive, or into tables',
  details:
    'Reads data directories from outside and only reads, so that the nodes may run. An archive is one compressed file ' +
    'that checks itself (docs/archive-format.md); csv and jsonl make a folder with a file for each table: messages, ' +
    'received, votes, certificates, blocks, transactions. The archive holds the signed network file, and with it the ' +
    'key without which nobody can connect to the network.',
  arguments: {},
  options: {
    dir: many(DIRECTORY, 'data directory of a node, running or not; may be given again'),
    archive: optional(FILE, 'make tables from this archive instead'),
    out: required(FILE, 'where the archive, or the folder of tables, goes; refuses one that exists'),
    network: optional(FILE, 'the signed network file (default: the one that each directory names)'),
    format: withDefault(oneOf('archive', 'jsonl', 'csv'), 'archive', 'what to write'),
  },
  examples: [
    'blockfin export --dir devnet/messagenode-1 --out feeds.bfa',
    'blockfin export --dir devnet/validator-1 --dir devnet/messagenode-1 --out two.bfa --json',
    'blockfin export --archive feeds.bfa --format csv --out tables',
  ],
  async run(given, terminal) {
    const { dir, archive, out, network, format } = given
    if (dir.length > 0 === (archive !== undefined))
      throw usage('either --dir or --archive is needed, not both')
    await refuseExisting(out)
    if (archive !== undefined) {
      if (format === 'archive') throw usage('--archive goes with --format csv or jsonl')
      return tablesOfArchive({ archive, out, network, format }, terminal)
    }
    const opened = await openDirectories(dir, network)
    try {
      return format === 'archive'
        ? await archiveOf(opened, out, terminal)
        : await tablesOf(opened, out, format, terminal)
    } finally {
      await opened.close()
    }
  },
})

type Opened = Awaited<ReturnType<typeof openDirectories>>

const archiveOf = async ({ contents }: Opened, out: string, terminal: Terminal): Promise<Outcome> => {
  const progress = { reading: progressOf(terminal, 'read'), writing: progressOf(terminal, 'wrote') }
  const pieces = archiveBytes(contents, ({ stage, messages }) => progress[stage](messages))
  const { bytes, messages, received, sha256, textSha256 } = await writeNewFile(out, pieces)
  const file = resolve(out)
  const replicas = contents.replicas.map(({ name }) => name).sort()
  return {
    json: { file, bytes, messages, received, replicas, sha256, textSha256 },
    text: [
      `${messages} messages, received ${received} times by ${replicas.join(', ')}, stand in ${file} (${bytes} bytes)`,
      `sha256 of its text: ${textSha256}`,
    ].join('\n'),
  }
}

const tablesOf = async (
  { contents: { network, replicas } }: Opened,
  out: string,
  format: TableFormat,
  terminal: Terminal,
): Promise<Outcome> => {
  const scanned: Scanned[] = []
  for (const replica of replicas) scanned.push(await scanReplica(replica, progressOf(terminal, 'read')))
  return written(out, format, mergeReplicas(scanned), rowsFor(network, replicas), terminal)
}

const tablesOfArchive = async (
  given: {
    readonly archive: string
    readonly out: string
    readonly network: string | undefined
    readonly format: TableFormat
  },
  terminal: Terminal,
): Promise<Outcome> => {
  const expected = given.network === undefined ? {} : { network: await loadNetworkFile(given.network) }
  const archive = await openArchive(given.archive, expected)
  try {
    await archive.verify(progressOf(terminal, 'checked'))
    const rowsOf = rowsFor(archive.network, archive.replicas)
    return await written(given.out, given.format, archive.messages(), rowsOf, terminal)
  } finally {
    await archive.close()
  }
}

const written = async (
  out: string,
  format: TableFormat,
  messages: AsyncIterable<MessageLine> | Iterable<MessageLine>,
  rowsOf: ReturnType<typeof rowsFor>,
  terminal: Terminal,
): Promise<Outcome> => {
  const progress = progressOf(terminal, 'wrote')
  let count = 0
  const rows = await writeTables(out, format, messages, (line) => {
    progress(++count)
    return rowsOf(line)
  })
  const directory = resolve(out)
  const counts = Object.entries(rows).map(([table, many]) => `${table.padEnd(13)} ${many}`)
  return { json: { directory, format, rows }, text: [...counts, `stand in ${directory}`].join('\n') }
}
