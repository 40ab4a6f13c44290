import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  type AssembledBody,
  type FeedMessage,
  type LaneTip,
  NO_MESSAGE,
} from '../../../../src/feeds/index.js'
import { flawInLanes } from '../../../../src/protocol/evidence/lane-rules.js'
import {
  type EvidenceCode,
  evidenceBytes,
  fairFill,
  isProposable,
  LANE_UNITS_LIMIT,
  type LaneGrounds,
  lawOf,
  makeEvidence,
  type ParentBlock,
  verifyEvidence,
} from '../../../../src/protocol/index.js'
import { verifyBytes } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { SignedScene } from '../../../support/evidence/index.js'
import { assembled, precommitVote } from '../../../support/protocol/says.js'
import { at, type Block, Scene } from '../../../support/protocol/scene.js'

/** A message of a lane, as an arbitrary: how many transactions it has, and how large it is. */
const messages = fc.array(
  fc.record({ count: fc.constantFrom(0, 1, 5, 40, 64), size: fc.integer({ min: 300, max: 8192 }) }),
  { minLength: 2, maxLength: 4 },
)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const upTo = (length: number, part: number): number => Math.round(length * part)

/** Three lanes, how far the parent, the assembler's hand and the cut reach, and what an accuser shows of it all. */
const situations = fc.record({
  lanes: fc.tuple(messages, messages, messages),
  parts: fc.array(fc.tuple(share, share, share), { minLength: 3, maxLength: 3 }),
  caps: fc.record({
    transactions: fc.integer({ min: 64, max: 130 }),
    bytes: fc.integer({ min: 8192, max: 24_000 }),
  }),
  height: fc.integer({ min: 1, max: 9 }),
  /** Null: what the rule takes. */
  isFair: fc.boolean(),
  shown: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  forks: fc.array(
    fc.record({ count: fc.constantFrom(0, 1, 64), size: fc.integer({ min: 300, max: 8192 }) }),
    {
      minLength: 12,
      maxLength: 12,
    },
  ),
})

type Situation = typeof situations extends fc.Arbitrary<infer Value> ? Value : never

/** What the assembler proposed, whether a correct one may, and what its accuser has. */
const play = ({ lanes, parts, caps, height, isFair, shown, forks }: Situation) => {
  const scene = new Scene({ validators: 3, parameters: { capacity: { ...caps, batchMs: 1 } } })
  const transactions = (count: number) => ({
    type: 'transaction' as const,
    transactions: Array.from({ length: count }, (_, place) => new Uint8Array([count, place])),
  })
  const feeds = scene.lanes.map((feed, lane) =>
    at(lanes, lane).map(({ count, size }) =>
      count === 0
        ? scene.write(feed, { type: 'junk' as const, code: 'unknown-type' }, size)
        : scene.write(feed, transactions(count), size),
    ),
  )
  const tipAt = (lane: number, sequence: number): LaneTip => ({
    sequence,
    tip: sequence === 0 ? NO_MESSAGE : at(at(feeds, lane), sequence - 1).key,
  })
  const lengths = feeds.map(({ length }) => length)
  const parent = lengths.map((length, lane) => upTo(length, at(at(parts, lane), 0)))
  const have = parent.map((from, lane) => from + upTo(at(lengths, lane) - from, at(at(parts, lane), 1)))
  const fill = fairFill({
    height,
    parent,
    have,
    caps,
    closed: new Set(),
    message: (lane, sequence) => {
      const message = feeds[lane]?.[sequence - 1]
      return (
        message && {
          ...message,
          transactions: message.body.type === 'transaction' ? message.body.transactions : [],
        }
      )
    },
  })
  assert(fill.kind === 'filled', 'everything is here')
  const sequences = isFair
    ? fill.cut
    : parent.map((from, lane) => from + upTo(at(lengths, lane) - from, at(at(parts, lane), 2)))
  const before: Block = {
    ...scene.genesis,
    height: height - 1,
    cut: parent.map((from, lane) => tipAt(lane, from)),
  }
  const content = feeds.flatMap((feed, lane) => feed.slice(at(parent, lane), at(sequences, lane)))
  const block = scene.block(before, ...content)
  const body: AssembledBody = assembled(scene, block, { have, height }).body
  const isRight = isProposable(fill) && fill.cut.every((sequence, lane) => sequence === sequences[lane])
  const siblings = feeds.flat().flatMap((message, place) => {
    const { count, size } = at(forks, place)
    const beneath = feeds.flat().find(({ key }) => key === message.previous)
    return [scene.after(beneath, message.author, transactions(count), size)]
  })
  const known = feeds.flat()
  const excerpt = [...known.filter((_, place) => at(shown, place)), ...siblings]
  const law = lawOf(scene.network, verifyBytes)
  const flawWith = (given: readonly FeedMessage[]) => flawInLanes(law, body, before.cut, given)
  return { isRight, caps, content, excerpt, known, siblings, flawWith, advances: block.advances.length }
}

const transactionsIn = (content: readonly FeedMessage[]): number =>
  content.reduce((sum, { body }) => sum + (body.type === 'transaction' ? body.transactions.length : 0), 0)
const sizeOf = (content: readonly FeedMessage[]): number => content.reduce((sum, { size }) => sum + size, 0)

describe('the lanes against a proposal', () => {
  it('never convict one that keeps the rules, whatever is shown of them, and whatever their owners signed besides', () => {
    let right = 0
    fc.assert(
      fc.property(situations, (situation) => {
        const { isRight, excerpt, known, siblings, flawWith, advances } = play(situation)
        if (!isRight || advances === 0) return
        right++
        for (const given of [excerpt, known, [], [...siblings, ...known]]) expect(flawWith(given)).toBeNull()
      }),
      { numRuns: 200 },
    )
    expect(right).toBeGreaterThan(10)
  })

  it('convict one that takes too much as soon as its content is shown, and then whatever else is', () => {
    let convicted = 0
    fc.assert(
      fc.property(situations, (situation) => {
        const { caps, content, siblings, flawWith } = play(situation)
        if (transactionsIn(content) <= caps.transactions && sizeOf(content) <= caps.bytes) return
        convicted++
        const flaw = { reason: 'over-capacity', bindsVoters: true }
        expect(flawWith(content)).toEqual(flaw)
        expect(flawWith([...siblings, ...content])).toEqual(flaw)
        expect(flawWith(content.slice(1))).toBeNull()
      }),
      { numRuns: 200 },
    )
    expect(convicted).toBeGreaterThan(2)
  })
})

/** Three messages in two lanes under the first block, and the grounds of a proposal on top of it. */
const stage = (capacity = { transactions: 1000, bytes: 100_000 }) => {
  const scene = new SignedScene({ parameters: { capacity: { ...capacity, batchMs: 1 } } })
  const first = scene.block(scene.genesis, scene.lane(0), scene.lane(1))
  const law = lawOf(scene.network, verifyBytes)
  const parent: ParentBlock = {
    slot: first.slot,
    parent: first.parent,
    cut: [...first.cut],
    txRoot: first.facts.txRoot,
    txCount: first.facts.txCount,
  }
  const groundsOf = (...content: readonly FeedMessage[]): LaneGrounds => ({
    parent,
    content: content.map((message) => scene.classic(message)),
  })
  const prove = (code: EvidenceCode, given: readonly FeedMessage[], lanes: LaneGrounds) =>
    makeEvidence(
      law,
      code,
      given.map((message) => scene.classic(message)),
      lanes,
    )
  return { scene, first, parent, groundsOf, prove }
}

type Stage = ReturnType<typeof stage>

const reasonOf = (verdict: ReturnType<Stage['prove']>): unknown =>
  verdict.verdict === 'accept' ? verdict.facts['reason'] : verdict.code

describe('a proof that carries lanes', () => {
  it('convicts of a cut behind the parent, without any content', () => {
    const { scene, first, groundsOf, prove } = stage()
    const block = scene.block(first, scene.lane(2))
    const [advance] = first.advances
    assert(advance, 'the first block takes something')
    const proposal = assembled(scene, block, { cut: [{ ...advance, lane: 0 }, ...block.advances] })
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf()))).toBe('cut-backwards')
  })

  it('convicts of another cut root', () => {
    const { scene, first, groundsOf, prove } = stage()
    const proposal = assembled(scene, scene.block(first, scene.lane(2)), { cutRoot: first.facts.cutRoot })
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf()))).toBe('wrong-cut-root')
  })

  it('convicts of a cut that does not lead back to the parent', () => {
    const { scene, first, groundsOf, prove } = stage()
    const other = scene.after(undefined, at(scene.lanes, 0), {
      type: 'transaction',
      transactions: [new Uint8Array(9)],
    })
    const astray = scene.after(other, at(scene.lanes, 0), {
      type: 'transaction',
      transactions: [new Uint8Array(8)],
    })
    const proposal = assembled(scene, scene.block(first, astray))
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf(astray)))).toBe('detached-cut')
  })

  it('convicts of roots of other transactions', () => {
    const { scene, first, groundsOf, prove } = stage()
    const message = scene.lane(2)
    const block = scene.block(first, message)
    const proposal = assembled(scene, block, { txRoot: first.facts.txRoot })
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf(message)))).toBe('wrong-tx-root')
  })

  it('convicts of a lane left out while there is room for whatever it holds', () => {
    const { scene, first, groundsOf, prove } = stage()
    const [taken] = [scene.lane(2), scene.lane(3)]
    const proposal = assembled(scene, scene.block(first, taken))
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf(taken)))).toBe('unfair-cut')
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf()))).toBe('nothing-proved')
  })

  it('does not where what was left out may be too large', () => {
    const { scene, first, groundsOf, prove } = stage({ transactions: 64, bytes: 100_000 })
    const [taken, left] = [scene.lane(2), scene.lane(3)]
    const proposal = assembled(scene, scene.block(first, taken))
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf(taken, left)))).toBe('nothing-proved')
  })

  it('convicts of a block of nothing', () => {
    const { scene, first, groundsOf, prove } = stage()
    const junk = scene.write(at(scene.lanes, 0), { type: 'junk', code: 'unknown-type' })
    const proposal = assembled(scene, scene.block(first, junk))
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf(junk)))).toBe('nothing-to-propose')
  })

  it('convicts nobody of a block that was precommitted before', () => {
    const { scene, first, groundsOf, prove } = stage({ transactions: 64, bytes: 8192 })
    const taken = [2, 3].map((lane) => scene.lane(lane, { count: 64 }))
    const justify = { skipped: null, precommitted: NO_MESSAGE }
    const proposal = assembled(scene, scene.block(first, ...taken), { round: 1, base: 0, justify })
    expect(reasonOf(prove('invalid-proposal', [proposal], groundsOf(...taken)))).toBe('nothing-proved')
  })

  it('convicts whoever precommitted it, but not of what only the assembler must know', () => {
    const { scene, first, groundsOf, prove } = stage({ transactions: 64, bytes: 100_000 })
    const taken = [2, 3].map((lane) => scene.lane(lane, { count: 64 }))
    const block = scene.block(first, ...taken)
    const proposal = assembled(scene, block)
    const vote = precommitVote(scene, 0, block, { links: proposal.key })
    const culprits = [{ owner: scene.validator(0).id, role: 'precommitter' }]
    expect(prove('voted-for-invalid', [vote, proposal], groundsOf(...taken))).toMatchObject({ culprits })
    const unlinked = precommitVote(scene, 1, block)
    expect(reasonOf(prove('voted-for-invalid', [unlinked, proposal], groundsOf(...taken)))).toBe(
      'nothing-proved',
    )

    const roomy = stage()
    const [message] = [roomy.scene.lane(2), roomy.scene.lane(3)]
    const other = roomy.scene.block(roomy.first, message)
    const unfair = assembled(roomy.scene, other)
    const accomplice = precommitVote(roomy.scene, 0, other, { links: unfair.key })
    expect(reasonOf(roomy.prove('voted-for-invalid', [accomplice, unfair], roomy.groundsOf(message)))).toBe(
      'nothing-proved',
    )
  })

  it('holds of the first height, which follows genesis', () => {
    const { scene, prove } = stage()
    const fresh = new SignedScene({
      parameters: { capacity: { transactions: 1000, bytes: 100_000, batchMs: 1 } },
    })
    const [taken] = [fresh.lane(0), fresh.lane(1)]
    const proposal = assembled(fresh, fresh.block(fresh.genesis, taken))
    const law = lawOf(fresh.network, verifyBytes)
    const grounds = { parent: null, content: [fresh.classic(taken)] }
    expect(reasonOf(makeEvidence(law, 'invalid-proposal', [fresh.classic(proposal)], grounds))).toBe(
      'unfair-cut',
    )
    const onGenesis = assembled(scene, scene.block(scene.genesis, scene.lane(2)), { height: 2 })
    expect(reasonOf(prove('invalid-proposal', [onGenesis], { parent: null, content: [] }))).toBe(
      'nothing-proved',
    )
  })

  const { scene, first, parent, groundsOf, prove } = stage()
  const [taken] = [scene.lane(2), scene.lane(3)]
  const proposal = assembled(scene, scene.block(first, taken))
  const made = prove('invalid-proposal', [proposal], groundsOf(taken))
  assert(made.verdict === 'accept', 'a lane was left out')
  const { proof } = made
  const [value] = groundsOf(taken).content
  assert(value, 'it carries a lane message')

  it.each<[string, string, object]>([
    ['another parent', 'nothing-proved', { parent: { ...parent, txCount: 7 }, content: [value] }],
    [
      'another cut of it',
      'nothing-proved',
      { parent: { ...parent, cut: scene.genesis.cut }, content: [value] },
    ],
    ['a cut of fewer lanes', 'nothing-proved', { parent: { ...parent, cut: [] }, content: [value] }],
    ['no parent', 'nothing-proved', { parent: null, content: [value] }],
    ['no content', 'nothing-proved', { parent, content: [] }],
    ['a field more', 'malformed-proof', { parent, content: [value], more: 1 }],
    ['content that was changed', 'bad-signature', { parent, content: [{ ...value, timestamp: 5 }] }],
    ['content that is none', 'malformed-message', { parent, content: [7] }],
    [
      'more content than anyone reads',
      'malformed-proof',
      { parent, content: Array.from({ length: 4097 }, () => value) },
    ],
  ])('with %s is refused: %s', (_name, code, lanes) => {
    expect(verifyEvidence(scene.network, { ...proof, lanes }, verifyBytes)).toMatchObject({
      verdict: 'reject',
      code,
    })
  })

  it('is refused where its content is too long', () => {
    const transactions = Array.from({ length: 40 }, () => new Uint8Array(130))
    const large = scene.classic(scene.write(at(scene.lanes, 0), { type: 'transaction', transactions }))
    const length = Math.ceil(LANE_UNITS_LIMIT / JSON.stringify(large, null, 2).length)
    const content = Array.from({ length }, () => large)
    const lanes = { parent, content }
    const known = () => true
    expect(verifyEvidence(scene.network, { ...proof, lanes }, known)).toMatchObject({
      code: 'oversized-proof',
    })
  })

  it('has one spelling in bytes, and holds after a way through them', () => {
    const { lanes, ...rest } = proof
    assert(lanes?.parent, 'it follows a block')
    const { slot, ...others } = lanes.parent
    const swapped = { lanes: { content: lanes.content, parent: { ...others, slot } }, ...rest }
    expect(evidenceBytes(swapped)).toEqual(evidenceBytes(proof))
    const read: unknown = JSON.parse(Buffer.from(evidenceBytes(proof)).toString())
    expect(verifyEvidence(scene.network, read, verifyBytes)).toMatchObject({
      verdict: 'accept',
      facts: made.facts,
    })
  })
})
