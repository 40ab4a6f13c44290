import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Hash } from '../../../src/feeds/index.js'
import { AuthenticatedMap } from '../../../src/ledger/authenticated-map.js'
import { EMPTY_HASH, hexHash, innerHash, keyHashOf, leafHash } from '../../../src/ledger/map-hash.js'
import type { MapProof } from '../../../src/ledger/map-proof.js'
import { verifyMapProof } from '../../../src/ledger/map-proof.js'
import { bitAt } from '../../../src/ledger/trie.js'
import { concat, fromHex, toHex, u32, utf8 } from '../../../src/util/index.js'
import { arrayMemory } from '../../support/array-memory.js'
import { readVectors } from './support.js'

interface MapVectors {
  readonly cases: readonly {
    readonly entries: readonly (readonly [string, string])[]
    readonly root: Hash
    readonly proofs: readonly (MapProof & { readonly key: string; readonly value: string | null })[]
  }[]
}

const { cases } = readVectors('ledger-map') as MapVectors

const mapOf = (entries: Iterable<readonly [string, string]>): AuthenticatedMap => {
  let map = AuthenticatedMap.EMPTY
  for (const [key, value] of entries) map = map.set(fromHex(key), fromHex(value))
  return map
}

describe.each(cases)('vector of $entries.length entries', ({ entries, root, proofs }) => {
  const map = mapOf(entries)

  it('has the root', () => {
    expect(map.root).toBe(root)
    expect(mapOf([...entries].reverse()).root).toBe(root)
  })

  it.each(proofs)('proves key "$key"', ({ key, value, siblings, other }) => {
    expect(map.prove(fromHex(key))).toEqual({ siblings, other })
    const bytes = value === null ? null : fromHex(value)
    expect(map.get(fromHex(key))).toEqual(bytes)
    expect(verifyMapProof(root, fromHex(key), bytes, { siblings, other })).toBe(true)
  })
})

/** Few keys, so that streams of operations meet the same ones again. */
const key = fc.integer({ min: 0, max: 30 }).map((index) => utf8(`key ${index}`))
const value = fc.uint8Array({ maxLength: 20 })
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), key, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
)

describe('any stream of operations', () => {
  it('equals a plain map, leaves earlier maps alone, and depends on contents only', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const model = new Map<string, Uint8Array>()
        let map = AuthenticatedMap.EMPTY
        for (const step of operations) {
          const before = { map, root: map.root, entries: [...map] }
          if (step.kind === 'set') {
            model.set(toHex(step.key), step.value)
            map = map.set(step.key, step.value)
          } else {
            model.delete(toHex(step.key))
            map = map.delete(step.key)
          }
          expect([...before.map]).toEqual(before.entries)
          expect(before.map.root).toBe(before.root)
        }
        const contents = new Map([...map].map(([bytes, content]) => [toHex(bytes), content]))
        expect(contents).toEqual(model)
        const places = [...map].map(([bytes]) => keyHashOf(bytes))
        expect(places).toEqual([...places].sort())
        const fresh = mapOf([...model].sort().map(([hex, content]) => [hex, toHex(content)] as const))
        expect(map.root).toBe(fresh.root)
      }),
      { numRuns: 150 },
    )
  })

  it('proves every key, present or absent, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 25 }), key, value, (entries, asked, wrong) => {
        const map = entries.reduce((sum, [k, v]) => sum.set(k, v), AuthenticatedMap.EMPTY)
        const root = map.root
        const proof = map.prove(asked)
        const actual = map.get(asked)
        expect(verifyMapProof(root, asked, actual, proof)).toBe(true)
        fc.pre(actual === null || toHex(actual) !== toHex(wrong))
        expect(verifyMapProof(root, asked, wrong, proof)).toBe(false)
        if (actual !== null) {
          expect(verifyMapProof(root, asked, null, proof)).toBe(false)
          expect(verifyMapProof(map.delete(asked).root, asked, actual, proof)).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a forged proof', () => {
  const entries = Array.from({ length: 40 }, (_, index) => [utf8(`key ${index}`), utf8('value')] as const)
  const map = entries.reduce((sum, [k, v]) => sum.set(k, v), AuthenticatedMap.EMPTY)
  const present = utf8('key 7')
  const proof = map.prove(present)
  const absentProof = entries
    .map((_, index) => ({ key: utf8(`absent ${index}`), proof: map.prove(utf8(`absent ${index}`)) }))
    .find((candidate) => candidate.proof.other !== null)

  it('that names the own leaf of a present key as the other one is refused', () => {
    const own = mapOf([[toHex(present), toHex(utf8('value'))]])
    const other = own.prove(utf8('absent')).other
    expect(verifyMapProof(own.root, utf8('absent'), null, { siblings: [], other })).toBe(true)
    expect(verifyMapProof(own.root, present, null, { siblings: [], other })).toBe(false)
    expect(verifyMapProof(map.root, present, null, { siblings: proof.siblings, other })).toBe(false)
  })

  it('that borrows the place of another leaf is refused', () => {
    const borrowed = map.prove(utf8('key 8'))
    expect(verifyMapProof(map.root, present, utf8('value'), borrowed)).toBe(false)
    expect(verifyMapProof(map.root, present, null, borrowed)).toBe(false)
  })

  it('whose other leaf lies in another branch is refused', () => {
    // The siblings are those of key 7 and the leaf is really in the map, yet it says nothing of that place.
    const stranger = absentProof?.proof.other ?? null
    expect(stranger).not.toBeNull()
    expect(verifyMapProof(map.root, present, null, { siblings: proof.siblings, other: stranger })).toBe(false)
  })

  it('of presence with another leaf beside it has a second form, and is refused', () => {
    const other = absentProof?.proof.other ?? null
    expect(verifyMapProof(map.root, present, utf8('value'), { ...proof, other })).toBe(false)
  })

  it('under a root that no map has is refused: a leaf off its path, a path of 257', () => {
    const own = keyHashOf(present)
    const other = entries.map(([k]) => keyHashOf(k)).find((hash) => bitAt(hash, 0) !== bitAt(own, 0)) ?? own
    const off = { siblings: [EMPTY_HASH], other: { keyHash: other, valueHash: other } }
    const fold = (hash: Hash, depth: number): Hash =>
      bitAt(own, depth) === 0 ? innerHash(hash, EMPTY_HASH) : innerHash(EMPTY_HASH, hash)
    expect(verifyMapProof(fold(leafHash(other, other), 0), present, null, off)).toBe(false)

    const deep = (size: number): boolean => {
      const siblings = Array.from({ length: size }, () => EMPTY_HASH)
      const root = siblings.reduce(
        (hash, _, index) => fold(hash, size - 1 - index),
        leafHash(own, hexHash(utf8('value'))),
      )
      return verifyMapProof(root, present, utf8('value'), { siblings, other: null })
    }
    expect([256, 257].map(deep)).toEqual([true, false])
  })

  it('that is altered, shortened, too long or no hexadecimal is refused', () => {
    const forgeries: readonly (readonly string[])[] = [
      proof.siblings.slice(1),
      proof.siblings.slice(0, -1),
      [...proof.siblings].reverse(),
      [...proof.siblings, '00'.repeat(32)],
      proof.siblings.map((text) => text.slice(0, 62)),
      proof.siblings.map((text) => text.toUpperCase()),
      proof.siblings.map(() => 'not a hash'),
      Array.from({ length: 257 }, () => '00'.repeat(32)),
    ]
    expect(verifyMapProof(map.root, present, utf8('value'), proof)).toBe(true)
    for (const siblings of forgeries) {
      const forged = { siblings: siblings as readonly Hash[], other: null }
      expect(verifyMapProof(map.root, present, utf8('value'), forged)).toBe(false)
      expect(verifyMapProof(map.root, present, null, forged)).toBe(false)
    }
  })
})

it('keeps its keys and values, and no memory that others have used beside them', () => {
  const large = new Uint8Array(4_000)
  const before = arrayMemory()
  let map = AuthenticatedMap.EMPTY
  for (let number = 0; number < 4_000; number++) {
    map = map.set(concat(u32(number)), concat(u32(number)))
    concat(large)
  }
  expect(arrayMemory() - before).toBeLessThan(2 * 1024 * 1024)
  expect(map.get(u32(3_999))).toEqual(u32(3_999))
})
