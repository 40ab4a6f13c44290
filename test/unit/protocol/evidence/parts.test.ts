import { describe, expect, it } from 'vitest'
import {
  type EvidenceBody,
  EVIDENCE_PART_LIMIT,
  EVIDENCE_PARTS_LIMIT,
  type FeedMessage,
  hashHex,
  sha256,
} from '../../../../src/feeds/index.js'
import {
  type EvidenceProof,
  lawOf,
  makeEvidence,
  partsOf,
  ProofParts,
} from '../../../../src/protocol/index.js'
import { verifyBytes } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { SignedScene } from '../../../support/evidence/index.js'
import { at } from '../../../support/protocol/index.js'

/** Two branches of one lane, each with as long a message as SSB takes. */
const scene = new SignedScene()
const long = (byte: number): FeedMessage => {
  const lane = at(scene.lanes, 0)
  const txs = [Buffer.alloc(5_730, byte).toString('base64')]
  return scene.sign(lane, { sequence: 1, previous: null, content: { type: 'transaction', data: { txs } } })
}
const messages = [long(1), long(2)]
const made = makeEvidence(
  lawOf(scene.network, verifyBytes),
  'feed-fork',
  messages.map((message) => scene.classic(message)),
)
assert(made.verdict === 'accept', 'two messages for one place prove a fork')
const { proof } = made
const author = scene.messagenode(0).id
const inFeed = (bodies: readonly EvidenceBody[], by = author): readonly FeedMessage[] =>
  bodies.map((body) => scene.write(by, body))

const taken = (given: readonly FeedMessage[]): readonly unknown[] => {
  const parts = new ProofParts()
  return given.flatMap((message) => parts.take(message) ?? [])
}

describe('a proof of two maximal messages', () => {
  const bodies = partsOf(proof)

  it('is carried by as many messages as it needs, each of which SSB takes', () => {
    expect(messages.every(({ size }) => size > 8_000 && size <= 8_192)).toBe(true)
    expect(bodies).toHaveLength(3)
    for (const message of inFeed(bodies)) expect(message.size).toBeLessThanOrEqual(8_192)
  })

  it('is put together again', () => {
    const [first] = bodies
    expect(taken(inFeed(bodies))).toEqual([
      { hash: first?.proof, by: author, json: JSON.parse(JSON.stringify(proof)) as unknown },
    ])
  })

  it('even when its feed says other things in between, or begins anew', () => {
    const [first, second] = bodies
    assert(first && second, 'two parts')
    const contact = scene.write(author, { type: 'contact', contact: author, following: true })
    const given = [...inFeed([first, second]), contact, ...inFeed(bodies)]
    expect(taken(given)).toHaveLength(1)
  })

  it('even when two feeds carry it at once', () => {
    const other = scene.messagenode(1).id
    const [a, b] = [inFeed(bodies), inFeed(bodies, other)]
    expect(taken(a.flatMap((message, part) => [message, at(b, part)]))).toHaveLength(2)
  })

  it.each<[string, (bodies: readonly EvidenceBody[]) => readonly EvidenceBody[]]>([
    ['with a part left out', ([first, , ...rest]) => [first, ...rest].filter((body) => body !== undefined)],
    ['with its parts in another order', (all) => [...all].reverse()],
    [
      'with a part of another proof',
      (all) => all.map((body, part) => (part === 2 ? { ...body, proof: at(OTHER, 0) } : body)),
    ],
    [
      'with a part altered',
      (all) => all.map((body, part) => (part === 2 ? { ...body, bytes: new Uint8Array(9) } : body)),
    ],
  ])('is not put together %s', (_name, spoil) => {
    expect(taken(inFeed(spoil(bodies)))).toEqual([])
  })

  it('may be anything: what is no JSON is nothing', () => {
    const bytes = new Uint8Array([0xff, 0xfe])
    const body: EvidenceBody = { type: 'evidence', proof: hashHex(sha256(bytes)), part: 0, parts: 1, bytes }
    expect(taken(inFeed([body]))).toMatchObject([{ json: null }])
  })
})

const OTHER = [hashHex(sha256(new Uint8Array(1)))]

describe('the limits', () => {
  it('hold the largest proof there can be of messages alone', () => {
    const culprits = Array.from({ length: 100 }, () => ({
      owner: scene.messagenode(0).id,
      role: 'transaction-validator',
    }))
    const message = { length: 3 * 8_192 }
    const largest = JSON.stringify({ ...proof, culprits, messages: [] } satisfies Record<
      Exclude<keyof EvidenceProof, 'lanes'>,
      unknown
    >)
    expect(largest.length + 2 * message.length).toBeLessThanOrEqual(
      EVIDENCE_PART_LIMIT * EVIDENCE_PARTS_LIMIT,
    )
  })
})
