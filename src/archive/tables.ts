import { type Body, type FeedMessage, parseMessage, sha256 } from '../feeds/index.js'
import { type Member, type Network, registryOf, type Registry, type Role } from '../roles/index.js'
import { toHex } from '../util/index.js'
import type { MessageLine, ReplicaEntry } from './lines.js'

/**
 * The messages of an archive as flat tables (docs/archive-format.md). What is no number or text is left empty; lists
 * are separated by spaces; hashes, keys and ids are spelled as in the feeds.
 */
export const TABLES = {
  messages:
    'key,feed,member,role,sequence,previous,timestamp,type,junk,height,round,size,signature,replicas,firstReceivedAt',
  received: 'key,replica,position,receivedAt',
  votes: 'key,validator,stage,height,round,block,xRoot,stateRoot,link,timestamp,voteSignature',
  certificates: 'key,messagenode,stage,height,round,block,xRoot,stateRoot,signers,root,link,timestamp',
  blocks:
    'key,messagenode,height,round,block,parent,parentCertificate,base,cut,cutRoot,txRoot,txCount,have,seen,timestamp',
  transactions: 'hash,key,validator,feed,sequence,index,bytes,timestamp',
} as const satisfies Record<string, string>

export type TableName = keyof typeof TABLES
export type Cell = string | number | null
export interface TableRow {
  readonly table: TableName
  /** In the order of the table's columns. */
  readonly cells: readonly Cell[]
}

export const columnsOf = (table: TableName): readonly string[] => TABLES[table].split(',')

/** All rows that a message makes. */
export type RowsOf = (line: MessageLine) => readonly TableRow[]

export const rowsFor = (network: Network, replicas: readonly Pick<ReplicaEntry, 'name'>[]): RowsOf => {
  const registry = registryOf(network)
  return ({ key, value, received }) => {
    const message = parseMessage(key, value)
    const times = received.map(([, , time]) => time)
    const context = { registry, message, signature: value.signature, replicas: received.length }
    return [
      { table: 'messages', cells: messageCells({ ...context, firstReceivedAt: Math.min(...times) }) },
      ...received.map(([replica, position, time]) => {
        const cells = [key, replicas[replica]?.name ?? '', position, time]
        return { table: 'received', cells } as const
      }),
      ...bodyRows(registry, message),
    ]
  }
}

interface Context {
  readonly registry: Registry
  readonly message: FeedMessage
  readonly signature: string
  readonly replicas: number
  readonly firstReceivedAt: number
}

const messageCells = ({
  registry,
  message,
  signature,
  replicas,
  firstReceivedAt,
}: Context): readonly Cell[] => {
  const { key, author, sequence, previous, timestamp, size, body } = message
  const place = registry.placeOf(author)
  const height = 'height' in body ? body.height : null
  const round = 'round' in body ? body.round : null
  const junk = body.type === 'junk' ? body.code : null
  return [
    ...[key, author, place?.member.name ?? null, place?.role ?? null, sequence, previous, timestamp],
    ...[body.type, junk, height, round, size, signature, replicas, firstReceivedAt],
  ]
}

/** A vote counts where its role says it: in another feed it is a message and nothing more. */
const VOTE_ROLES = { precommit: 'precommitter', commit: 'committer', seal: 'sealer' } as const
const CERTIFICATE_ROLES = {
  precommitted: 'precommit-counter',
  committed: 'commit-counter',
  sealed: 'seal-counter',
} as const

const bodyRows = (registry: Registry, message: FeedMessage): readonly TableRow[] => {
  const { body } = message
  const member = (role: Role): Member | null => {
    const place = registry.placeOf(message.author)
    return place?.role === role ? place.member : null
  }
  switch (body.type) {
    case 'precommit':
    case 'commit':
    case 'seal':
      return rowOf('votes', member(VOTE_ROLES[body.type]), ({ name }) => voteCells(message, body, name))
    case 'precommitted':
    case 'committed':
    case 'sealed':
      return rowOf('certificates', member(CERTIFICATE_ROLES[body.type]), ({ name }) =>
        certificateCells(message, body, name),
      )
    case 'assembled':
      return rowOf('blocks', member('block-assembler'), ({ name }) => blockCells(message, body, name))
    case 'transaction':
      return body.transactions.flatMap((bytes, index) =>
        rowOf('transactions', member('transaction-validator'), ({ name }) => [
          ...[toHex(sha256(bytes)), message.key, name, message.author, message.sequence, index],
          ...[toHex(bytes), message.timestamp],
        ]),
      )
    default:
      return []
  }
}

const rowOf = (
  table: TableName,
  member: Member | null,
  cells: (member: Member) => readonly Cell[],
): readonly TableRow[] => (member === null ? [] : [{ table, cells: cells(member) }])

type BodyOf<Type extends Body['type']> = Extract<Body, { readonly type: Type }>

const voteCells = (
  { key, timestamp }: FeedMessage,
  body: BodyOf<'precommit' | 'commit' | 'seal'>,
  validator: string,
): readonly Cell[] => {
  const end = [timestamp, body.signature]
  switch (body.type) {
    case 'precommit':
      return body.skip
        ? [key, validator, 'skip', body.height, body.round, null, null, null, body.entry, ...end]
        : [
            key,
            validator,
            'precommit',
            body.height,
            body.round,
            body.block,
            body.xRoot,
            null,
            body.assembled,
            ...end,
          ]
    case 'commit':
      return [
        key,
        validator,
        'commit',
        body.height,
        body.round,
        body.block,
        body.xRoot,
        null,
        body.precommitted,
        ...end,
      ]
    case 'seal':
      return [
        key,
        validator,
        'seal',
        body.height,
        0,
        body.block,
        body.xRoot,
        body.stateRoot,
        body.committed,
        ...end,
      ]
  }
}

const STAGES = { precommitted: 'precommit', committed: 'commit', sealed: 'seal' } as const

const certificateCells = (
  { key, timestamp }: FeedMessage,
  body: BodyOf<'precommitted' | 'committed' | 'sealed'>,
  messagenode: string,
): readonly Cell[] => {
  const signers = body.signers.join(' ')
  const { height, round, root } = body
  if (body.skip) {
    return [
      key,
      messagenode,
      'skip',
      height,
      round,
      null,
      null,
      null,
      signers,
      root,
      body.previous,
      timestamp,
    ]
  }
  const { block, xRoot, stateRoot, assembled } = body
  const stage = STAGES[body.type]
  return [
    key,
    messagenode,
    stage,
    height,
    round,
    block,
    xRoot,
    stateRoot,
    signers,
    root,
    assembled,
    timestamp,
  ]
}

const blockCells = (
  { key, timestamp }: FeedMessage,
  body: BodyOf<'assembled'>,
  messagenode: string,
): readonly Cell[] => {
  const cut = body.cut.map(({ lane, sequence }) => `${lane}:${sequence}`).join(' ')
  const seen = body.seen.map((each) => `${each.messagenode}:${each.sequence}`).join(' ')
  const { height, round, block, parent, parentCertificate, base, cutRoot, txRoot, txCount, have } = body
  return [
    ...[key, messagenode, height, round, block, parent, parentCertificate, base, cut, cutRoot],
    ...[txRoot, txCount, have.join(' '), seen, timestamp],
  ]
}

/** RFC 4180, with a line feed alone at the end of a line. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\n`

const csvCell = (cell: Cell): string => {
  const text = cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const jsonLine = (table: TableName, cells: readonly Cell[]): string =>
  `${JSON.stringify(Object.fromEntries(columnsOf(table).map((column, place) => [column, cells[place] ?? null])))}\n`
