import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../../src/feeds/index.js'
import {
  evidenceBytes,
  type EvidenceProof,
  lawOf,
  makeEvidence,
  verifyEvidence,
} from '../../../../src/protocol/index.js'
import { verifyBytes } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { EVIDENCE_CASES, SignedScene } from '../../../support/evidence/index.js'

/** Proofs as strangers hand them over: JSON text, checked with the network file alone. */
const PROVED = EVIDENCE_CASES.filter(({ guilty }) => guilty !== null)

const prove = (scene: SignedScene, code: EvidenceProof['code'], messages: readonly FeedMessage[]) =>
  makeEvidence(
    lawOf(scene.network, verifyBytes),
    code,
    messages.map((message) => scene.classic(message)),
  )

const verdictOf = (scene: SignedScene, proof: unknown): string => {
  const verdict = verifyEvidence(scene.network, proof, verifyBytes)
  return verdict.verdict === 'accept' ? 'accept' : verdict.code
}

const [FORK] = PROVED
assert(FORK, 'there are cases')
const scene = new SignedScene()
const made = prove(scene, 'feed-fork', FORK.messages(scene))
assert(made.verdict === 'accept', 'two messages for one place prove a fork')
const { proof } = made

describe('a proof of misbehaviour', () => {
  it.each(PROVED)('of $code ($name) holds after a way through JSON', ({ code, messages }) => {
    const scene = new SignedScene()
    const result = prove(scene, code, messages(scene))
    assert(result.verdict === 'accept', `${code} is proved`)
    const read: unknown = JSON.parse(JSON.stringify(result.proof))
    const verdict = verifyEvidence(scene.network, read, verifyBytes)
    expect(verdict).toMatchObject({ verdict: 'accept', code, culprits: result.culprits, keys: result.keys })
  })

  it('is not made of what proves nothing', () => {
    for (const { code, guilty, messages } of EVIDENCE_CASES) {
      if (guilty !== null) continue
      const scene = new SignedScene()
      expect(prove(scene, code, messages(scene))).toMatchObject({ verdict: 'reject', code: 'nothing-proved' })
    }
  })

  const [a, b] = proof.messages
  const { culprits } = proof
  const [culprit] = culprits
  const other = { owner: scene.validator(1).id, role: 'transaction-validator' }
  const deep: unknown = JSON.parse('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000))

  it.each<[string, string, object]>([
    ['another type', 'malformed-proof', { type: 'state-proof' }],
    ['another version', 'malformed-proof', { version: 2 }],
    ['an unknown code', 'malformed-proof', { code: 'rudeness' }],
    ['no messages', 'malformed-proof', { messages: [] }],
    ['three messages', 'malformed-proof', { messages: [a, b, a] }],
    ['a field more', 'malformed-proof', { extra: 1 }],
    ['no culprit', 'malformed-proof', { culprits: [] }],
    ['an unknown role', 'malformed-proof', { culprits: [{ ...culprit, role: 'king' }] }],
    ['another chain', 'wrong-chain', { chainId: scene.network.networkId }],
    ['a message that is none', 'malformed-message', { messages: [a, 7] }],
    ['a message with a field more', 'malformed-message', { messages: [a, { ...b, extra: 1 }] }],
    ['a message nested too deep', 'malformed-message', { messages: [a, { ...b, content: deep }] }],
    [
      'a message too long',
      'oversized-message',
      { messages: [a, { ...b, content: { type: 'x', text: 'y'.repeat(9000) } }] },
    ],
    ['a message that was changed', 'bad-signature', { messages: [a, { ...b, timestamp: 1 }] }],
    ['one message twice', 'nothing-proved', { messages: [a, a] }],
    ['one message alone', 'nothing-proved', { messages: [a] }],
    ['another code', 'nothing-proved', { code: 'double-commit' }],
    ['another member', 'wrong-culprits', { culprits: [other] }],
    ['another role', 'wrong-culprits', { culprits: [{ ...culprit, role: 'sealer' }] }],
    ['one member more', 'wrong-culprits', { culprits: [...culprits, other] }],
  ])('with %s is refused: %s', (_name, code, changes) => {
    expect(verdictOf(scene, { ...proof, ...changes })).toBe(code)
  })

  it('of another network is refused', () => {
    const stranger = new SignedScene({ validators: 5 })
    const network = { ...stranger.network, chainId: stranger.network.networkId }
    expect(verifyEvidence(network, proof, verifyBytes)).toMatchObject({ code: 'wrong-chain' })
  })

  it('is no proof in a network that does not know the feed', () => {
    const members = scene.network.members.filter(({ id }) => id !== culprit?.owner)
    expect(verifyEvidence({ ...scene.network, members }, proof, verifyBytes)).toMatchObject({
      code: 'nothing-proved',
    })
  })

  it('has one spelling in bytes, however its fields were ordered', () => {
    const { messages, ...rest } = proof
    const swapped = { messages, ...rest, culprits: culprits.map(({ owner, role }) => ({ role, owner })) }
    expect(evidenceBytes(swapped)).toEqual(evidenceBytes(proof))
  })

  it('gets a verdict whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(verifyEvidence(scene.network, json, verifyBytes).verdict).toBe('reject')
      }),
      { numRuns: 500 },
    )
  })

  it('gets a verdict whatever is put in the place of one of its values', () => {
    const paths = pathsIn(proof)
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, json) => {
        const changed = structuredClone(proof) as unknown
        put(changed, path, json)
        const same = JSON.stringify(changed) === JSON.stringify(proof)
        expect(verdictOf(scene, changed) === 'accept').toBe(same)
      }),
      { numRuns: 500 },
    )
  })
})

/** The way to every value inside, through objects and lists. */
const pathsIn = (value: unknown): readonly (readonly string[])[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, child]) => [
        [name],
        ...pathsIn(child).map((path) => [name, ...path]),
      ])

const put = (target: unknown, [name, ...rest]: readonly string[], value: unknown): void => {
  if (name === undefined || typeof target !== 'object' || target === null) return
  const fields = target as Record<string, unknown>
  if (rest.length === 0) fields[name] = value
  else put(fields[name], rest, value)
}
