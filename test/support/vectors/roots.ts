import { ascii, auditPath, digest, feed, hex, integer, link, sha256, treeHash } from './naive.js'

/** Trees, empty blocks, roots and ids (protocol sections 2 and 3). */

/** The reference leaves of Certificate Transparency, whose root over all eight is widely published. */
const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

const tree = (leaves: readonly string[]) => {
  const data = leaves.map(hex)
  return {
    leaves,
    root: treeHash(data).toString('hex'),
    paths: data.map((_, index) => auditPath(index, data).map((node) => node.toString('hex'))),
  }
}

export const merkle = () => ({
  note: 'Leaves are data without the 0x00 prefix. The first nine trees are those of Certificate Transparency.',
  trees: [
    ...Array.from({ length: 9 }, (_, count) => tree(CT_LEAVES.slice(0, count))),
    ...[11, 16, 17, 33].map((count) =>
      tree(Array.from({ length: count }, (_, i) => integer(i, 2).toString('hex'))),
    ),
  ],
})

export const emptyBlocks = () => {
  const chainId = digest('chain')
  const hashes = [sha256(ascii('bf/empty/v1'), hex(chainId)).toString('hex')]
  for (let height = 1; height <= 5; height++) {
    const previous = hashes[height - 1] ?? ''
    hashes.push(sha256(ascii('bf/empty/v1'), hex(chainId), integer(height, 8), hex(previous)).toString('hex'))
  }
  return { note: 'hashes[h] is E(h).', chainId, hashes }
}

const keyBytes = (text: string): Buffer => Buffer.from(text.slice(1).split('.')[0] ?? '', 'base64')

const cutOf = (count: number) => {
  const lanes = Array.from({ length: count }, (_, i) => ({
    feed: feed(`lane ${i}`),
    sequence: i * 70_000,
    tip: i === 0 ? `%${Buffer.alloc(32).toString('base64')}.sha256` : link(`tip ${i}`),
  }))
  const leaves = lanes.map((lane) =>
    Buffer.concat([ascii('bf/cut/v1'), keyBytes(lane.feed), integer(lane.sequence, 4), keyBytes(lane.tip)]),
  )
  return { lanes, root: treeHash(leaves).toString('hex') }
}

const PLACES = [
  { lane: 0, sequence: 1, index: 0, transaction: '00' },
  { lane: 0, sequence: 1, index: 1, transaction: 'ffee' },
  { lane: 3, sequence: 4_294_967_295, index: 63, transaction: '7472616e73616374696f6e' },
]

const transactionsOf = (count: number) => {
  const transactions = PLACES.slice(0, count).map((place) => ({
    ...place,
    leaf: Buffer.concat([
      ascii('bf/tx/v1'),
      integer(place.lane, 2),
      integer(place.sequence, 4),
      integer(place.index, 2),
      sha256(hex(place.transaction)),
    ]).toString('hex'),
  }))
  return { transactions, root: treeHash(transactions.map(({ leaf }) => hex(leaf))).toString('hex') }
}

const resultsOf = (codes: readonly number[]) => {
  const leaves = codes.map((code, position) =>
    Buffer.concat([ascii('bf/result/v1'), integer(position, 4), integer(code, 1)]).toString('hex'),
  )
  return { codes, leaves, root: treeHash(leaves.map(hex)).toString('hex') }
}

const blockOf = (height: number, epoch: number, txCount: number) => {
  const header = {
    chainId: digest('chain'),
    epoch,
    height,
    slot: digest(`slot ${height}`),
    parent: height === 1 ? digest('chain') : digest(`block ${height - 1}`),
    cutRoot: digest('cut'),
    txRoot: digest('transactions'),
    txCount,
  }
  const id = sha256(
    ascii('bf/block/v1'),
    hex(header.chainId),
    integer(epoch, 4),
    integer(height, 8),
    hex(header.slot),
    hex(header.parent),
    hex(header.cutRoot),
    hex(header.txRoot),
    integer(txCount, 4),
  )
  return { header, id: id.toString('hex') }
}

export const roots = () => ({
  cuts: [0, 1, 2, 4, 7].map(cutOf),
  transactions: [0, 1, 2, 3].map(transactionsOf),
  results: [[], [0], [0, 255], [0, 3, 0, 7, 1]].map(resultsOf),
  blocks: [
    blockOf(1, 0, 1),
    blockOf(2, 0, 0),
    blockOf(Number.MAX_SAFE_INTEGER, 4_294_967_295, 4_294_967_295),
  ],
})
