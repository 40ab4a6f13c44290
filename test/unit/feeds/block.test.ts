import { describe, expect, it } from 'vitest'
import {
  blockId,
  type BlockHeader,
  cutRoot,
  emptyBlock,
  type Hash,
  type LaneCut,
  resultLeaf,
  transactionLeaf,
  txRoot,
  xRoot,
} from '../../../src/feeds/index.js'
import { fromHex, toHex } from '../../../src/util/index.js'
import { readVectors } from '../../support/read-vectors.js'

interface Roots {
  readonly cuts: readonly { readonly lanes: readonly LaneCut[]; readonly root: Hash }[]
  readonly transactions: readonly {
    readonly transactions: readonly {
      readonly lane: number
      readonly sequence: number
      readonly index: number
      readonly transaction: string
      readonly leaf: string
    }[]
    readonly root: Hash
  }[]
  readonly results: readonly {
    readonly codes: readonly number[]
    readonly leaves: readonly string[]
    readonly root: Hash
  }[]
  readonly blocks: readonly { readonly header: BlockHeader; readonly id: Hash }[]
}
const roots = readVectors('roots') as Roots
const empty = readVectors('empty-blocks') as { readonly chainId: Hash; readonly hashes: readonly Hash[] }

describe('empty blocks', () => {
  it('are a function of chain and height', () => {
    const hashes: Hash[] = []
    for (let height = 0; height < empty.hashes.length; height++)
      hashes.push(emptyBlock(empty.chainId, height, hashes[height - 1] ?? null))
    expect(hashes).toEqual(empty.hashes)
  })

  it('stand on the one before, but for the first', () => {
    expect(() => emptyBlock(empty.chainId, 1, null)).toThrow('predecessor')
    expect(() => emptyBlock(empty.chainId, 0, empty.chainId)).toThrow('predecessor')
  })
})

describe('roots of a block', () => {
  it.each(roots.cuts)('cut $#', ({ lanes, root }) => {
    expect(cutRoot(lanes)).toBe(root)
  })

  it('commit to the order of lanes', () => {
    const { lanes, root } = roots.cuts[2] ?? { lanes: [], root: '' }
    expect(cutRoot([...lanes].reverse())).not.toBe(root)
  })

  it.each(roots.transactions)('transactions $#', ({ transactions, root }) => {
    const leaves = transactions.map(({ lane, sequence, index, transaction }) =>
      transactionLeaf(lane, sequence, index, fromHex(transaction)),
    )
    expect(leaves.map(toHex)).toEqual(transactions.map(({ leaf }) => leaf))
    expect(txRoot(leaves)).toBe(root)
  })

  it.each(roots.results)('results $#', ({ codes, leaves, root }) => {
    expect(codes.map((code, position) => toHex(resultLeaf(position, code)))).toEqual(leaves)
    expect(xRoot(Uint8Array.from(codes))).toBe(root)
  })

  it.each(roots.blocks)('block id $#', ({ header, id }) => {
    expect(blockId(header)).toBe(id)
  })

  it.each<[keyof BlockHeader]>([
    ['chainId'],
    ['epoch'],
    ['height'],
    ['slot'],
    ['parent'],
    ['cutRoot'],
    ['txRoot'],
    ['txCount'],
  ])('a block id commits to %s', (field) => {
    const header = roots.blocks[1]?.header
    if (header === undefined) throw new Error('no vectors')
    const other = typeof header[field] === 'number' ? header[field] + 1 : empty.chainId.replace(/^../, '00')
    expect(blockId({ ...header, [field]: other })).not.toBe(blockId(header))
  })
})
