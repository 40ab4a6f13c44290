import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inclusionPath, type InclusionProof, merkleRoot, verifyInclusion } from '../../../src/feeds/index.js'
import { fromHex, toHex } from '../../../src/util/index.js'
import { readVectors } from '../../support/read-vectors.js'
import { auditPath, treeHash } from '../../support/vectors/naive.js'

interface Tree {
  readonly leaves: readonly string[]
  readonly root: string
  readonly paths: readonly (readonly string[])[]
}
const { trees } = readVectors('merkle') as { trees: readonly Tree[] }

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => Uint8Array.of(i >> 8, i & 255))

const proofOf = (leaves: readonly Uint8Array[], index: number): InclusionProof => ({
  root: merkleRoot(leaves),
  leaf: leaves[index] ?? new Uint8Array(),
  index,
  count: leaves.length,
  path: inclusionPath(leaves, index),
})

describe('merkle trees', () => {
  it.each(trees.map((tree) => [tree.leaves.length, tree] as const))(
    'of %i leaves agree with the vectors',
    (_, tree) => {
      const leaves = tree.leaves.map((leaf) => fromHex(leaf))
      expect(toHex(merkleRoot(leaves))).toBe(tree.root)
      expect(leaves.map((_leaf, index) => inclusionPath(leaves, index).map(toHex))).toEqual(tree.paths)
    },
  )

  it('have the root that Certificate Transparency publishes for its reference leaves', () => {
    const reference = trees.find(({ leaves }) => leaves.length === 8)?.leaves ?? []
    expect(toHex(merkleRoot(reference.map((leaf) => fromHex(leaf))))).toBe(
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    )
  })

  it('agree with the recursive definition on random leaves', () => {
    const leaves = fc.array(fc.uint8Array({ maxLength: 70 }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(leaves, fc.nat(), (data, choice) => {
        const index = choice % data.length
        expect(toHex(merkleRoot(data))).toBe(treeHash(data).toString('hex'))
        expect(inclusionPath(data, index).map(toHex)).toEqual(auditPath(index, data).map(toHex))
        expect(verifyInclusion(proofOf(data, index))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('of 10,000 leaves prove any of them in 14 hashes', () => {
    const leaves = leavesOf(10_000)
    const root = merkleRoot(leaves)
    for (const index of [0, 4095, 8192, 9999]) {
      const path = inclusionPath(leaves, index)
      expect(path.length).toBeLessThanOrEqual(14)
      expect(verifyInclusion({ root, leaf: leaves[index] ?? root, index, count: 10_000, path })).toBe(true)
    }
  })

  it('have no path to a leaf that is not there', () => {
    expect(() => inclusionPath(leavesOf(3), 3)).toThrow('no leaf 3')
    expect(() => inclusionPath(leavesOf(3), -1)).toThrow('no leaf -1')
    expect(() => inclusionPath([], 0)).toThrow('no leaf 0')
  })
})

describe('verifyInclusion', () => {
  const good = proofOf(leavesOf(11), 6)
  const [first = good.root, ...rest] = good.path

  it.each<[string, Partial<InclusionProof>]>([
    ['another leaf', { leaf: Uint8Array.of(0, 7) }],
    ['another root', { root: merkleRoot(leavesOf(12)) }],
    ['a root cut short', { root: good.root.slice(1) }],
    ['another index', { index: 7 }],
    ['an index beyond the tree', { index: 11 }],
    ['an index below zero', { index: -1 }],
    ['a broken index', { index: 6.5 }],
    ['no count', { count: 0 }],
    ['a boundless count', { count: Infinity }],
    ['a count that needs a shorter path', { count: 7 }],
    ['a count that needs a longer path', { count: 17 }],
    ['a path too short', { path: rest }],
    ['a path too long', { path: [...good.path, first] }],
    ['no path', { path: [] }],
    ['a path in reverse', { path: [...good.path].reverse() }],
    ['a sibling of another width', { path: [first.slice(1), ...rest] }],
    ['a sibling changed', { path: [first.map((byte) => byte ^ 1), ...rest] }],
    [
      'an inner node for a leaf',
      { leaf: Buffer.concat([Uint8Array.of(0, 6), first]), path: rest, index: 3, count: 6 },
    ],
  ])('refuses %s', (_name, difference) => {
    expect(verifyInclusion(good)).toBe(true)
    expect(verifyInclusion({ ...good, ...difference })).toBe(false)
  })

  it('refuses a sibling with one byte more, on either side', () => {
    good.path.forEach((sibling, place) => {
      const longer = Uint8Array.from([...sibling, 0])
      expect(verifyInclusion({ ...good, path: good.path.with(place, longer) })).toBe(false)
    })
  })

  it('proves every leaf at its own index alone, in trees of every size to 20', () => {
    for (let count = 1; count <= 20; count++) {
      const leaves = leavesOf(count)
      for (let index = 0; index < count; index++) {
        const proof = proofOf(leaves, index)
        const provedAt = leaves
          .map((_, other) => other)
          .filter((other) => verifyInclusion({ ...proof, index: other }))
        expect(provedAt).toEqual([index])
      }
    }
  })
})
