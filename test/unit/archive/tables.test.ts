import { describe, expect, it } from 'vitest'

import {
  columnsOf,
  csvLine,
  jsonLine,
  rowsFor,
  type TableName,
  type TableRow,
} from '../../../src/archive/index.js'
import {
  type Body,
  encodeBody,
  type Hash,
  hashHex,
  sha256,
  type Signature,
} from '../../../src/feeds/index.js'
import type { Role } from '../../../src/roles/index.js'
import { toBase64, utf8 } from '../../../src/util/index.js'
import { small } from '../../support/archive/index.js'
import { keyNamed } from '../../support/feed-of.js'
import { signedMessage } from '../../support/signed-feed.js'

const rowsOf = rowsFor(small.network, [{ name: 'messagenode-1' }, { name: 'validator-2' }])
const hash = (label: string): Hash => hashHex(sha256(utf8(label)))
const signature = toBase64(new Uint8Array(64)) as Signature

/** The rows of a first message in the feed of a role, by table; cells by column. */
const rowsIn = (member: string, role: Role, content: object): Record<string, Record<string, unknown>[]> => {
  const identity = small.members.find(({ name }) => name === member)?.roles.find((each) => each.role === role)
  if (!identity) throw new Error(`${member} has no ${role}`)
  const { key, value } = signedMessage(identity, undefined, content)
  const tables: Record<string, Record<string, unknown>[]> = {}
  for (const row of rowsOf({
    type: 'message',
    key,
    value,
    received: [
      [0, 3, 1_700],
      [1, 0, 1_650],
    ],
  })) {
    tables[row.table] = [...(tables[row.table] ?? []), named(row)]
  }
  return tables
}

const named = ({ table, cells }: TableRow): Record<string, unknown> => {
  expect(cells).toHaveLength(columnsOf(table).length)
  return Object.fromEntries(columnsOf(table).map((column, place) => [column, cells[place]]))
}

const value = { height: 7, block: hash('block'), xRoot: hash('x') }
const bodies = {
  precommit: {
    ...{ type: 'precommit', skip: false, ...value, round: 1, assembled: keyNamed('assembled') },
    ...{ exceptions: { count: 0, positions: [] }, entry: keyNamed('entry'), signature },
  },
  skip: { type: 'precommit', skip: true, height: 7, round: 2, entry: keyNamed('entry'), signature },
  commit: { type: 'commit', ...value, round: 1, precommitted: keyNamed('precommitted'), signature },
  seal: { type: 'seal', ...value, committed: keyNamed('committed'), stateRoot: hash('state'), signature },
  sealed: {
    ...{ type: 'sealed', skip: false, ...value, round: 0, assembled: keyNamed('assembled') },
    ...{ stateRoot: hash('state'), signers: [0, 1], signatures: [signature, signature], root: hash('root') },
  },
  skipped: {
    ...{ type: 'precommitted', skip: true, height: 7, round: 2, previous: null },
    ...{ signers: [0, 1], signatures: [signature, signature], root: hash('root') },
  },
  transaction: { type: 'transaction', transactions: [new Uint8Array([1, 2]), new Uint8Array([3])] },
} as const satisfies Record<string, Body>

describe('tables', () => {
  it('have one row for each message, and one for each node that received it', () => {
    const { messages, received } = rowsIn('validator-1', 'committer', encodeBody(bodies.commit))
    expect(messages).toEqual([
      expect.objectContaining({
        ...{ member: 'validator-1', role: 'committer', sequence: 1, previous: null, type: 'commit' },
        ...{ junk: null, height: 7, round: 1, replicas: 2, firstReceivedAt: 1_650 },
      }),
    ])
    expect(received).toEqual([
      expect.objectContaining({ replica: 'messagenode-1', position: 3, receivedAt: 1_700 }),
      expect.objectContaining({ replica: 'validator-2', position: 0, receivedAt: 1_650 }),
    ])
  })

  it.each([
    [
      'precommitter',
      'precommit',
      { stage: 'precommit', round: 1, link: keyNamed('assembled'), block: hash('block') },
    ],
    ['precommitter', 'skip', { stage: 'skip', round: 2, link: keyNamed('entry'), block: null, xRoot: null }],
    ['committer', 'commit', { stage: 'commit', round: 1, link: keyNamed('precommitted'), stateRoot: null }],
    ['sealer', 'seal', { stage: 'seal', round: 0, link: keyNamed('committed'), stateRoot: hash('state') }],
  ] as const)('name what a %s says in a %s', (role, body, cells) => {
    const { votes } = rowsIn('validator-1', role, encodeBody(bodies[body]))
    expect(votes).toEqual([expect.objectContaining({ validator: 'validator-1', height: 7, ...cells })])
  })

  it.each([
    ['seal-counter', 'sealed', { stage: 'seal', stateRoot: hash('state'), link: keyNamed('assembled') }],
    ['precommit-counter', 'skipped', { stage: 'skip', block: null, link: null, round: 2 }],
  ] as const)('name the certificates of a %s', (role, body, cells) => {
    const { certificates } = rowsIn('messagenode-1', role, encodeBody(bodies[body]))
    expect(certificates).toEqual([
      expect.objectContaining({ messagenode: 'messagenode-1', height: 7, signers: '0 1', ...cells }),
    ])
  })

  it('have a row for each transaction', () => {
    const { transactions } = rowsIn('validator-1', 'transaction-validator', encodeBody(bodies.transaction))
    expect(transactions?.map((row) => [row['index'], row['bytes'], row['hash']])).toEqual([
      [0, '0102', hashHex(sha256(new Uint8Array([1, 2])))],
      [1, '03', hashHex(sha256(new Uint8Array([3])))],
    ])
  })

  it('count no vote in the feed of another role, and name junk', () => {
    expect(Object.keys(rowsIn('validator-1', 'sealer', encodeBody(bodies.commit)))).toEqual([
      'messages',
      'received',
    ])
    const { messages } = rowsIn('validator-1', 'sealer', { type: 'nonsense' })
    expect(messages).toEqual([expect.objectContaining({ type: 'junk', junk: 'unknown-type', height: null })])
  })

  it('are spelled as CSV and as JSON lines', () => {
    expect(csvLine(['a,b', 'say "x"', 'two\nlines', null, 5])).toBe('"a,b","say ""x""","two\nlines",,5\n')
    const table: TableName = 'received'
    expect(jsonLine(table, ['k', 'validator-1', 0, null])).toBe(
      '{"key":"k","replica":"validator-1","position":0,"receivedAt":null}\n',
    )
  })
})
