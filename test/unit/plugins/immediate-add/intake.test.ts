import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { AheadBuffer } from '../../../../plugins/immediate-add/ahead-buffer.js'
import type { Evidence, IntakeContext } from '../../../../plugins/immediate-add/intake.js'
import { Intake } from '../../../../plugins/immediate-add/intake.js'
import type { ClassicMessage, FeedId } from '../../../../src/feeds/index.js'
import { messageKeyOfValue } from '../../../../src/feeds/index.js'
import { generateNodeIdentity } from '../../../../src/roles/index.js'
import { signedChain } from '../../../support/signed-feed.js'

const identity = generateNodeIdentity(new Uint8Array(32).fill(1))
const trunk = signedChain(identity, 12).map(({ value }) => value)
const branch = signedChain(identity, 12, { label: 'branch' }).map(({ value }) => value)
const BAD_SIGNATURE = `${'A'.repeat(86)}==.sig.ed25519`

/** A log of one feed in memory; signatures count as good unless they are `BAD_SIGNATURE`. */
const newIntake = (changes: Partial<IntakeContext> = {}, limits = { perFeed: 8, total: 8 }) => {
  const log: ClassicMessage[] = []
  const evidence: Evidence[] = []
  const isGood = ({ signature }: ClassicMessage): boolean => signature !== BAD_SIGNATURE
  const ahead = new AheadBuffer(limits)
  const context: IntakeContext = {
    accepts: () => true,
    tail: () => log.at(-1) ?? null,
    keyOf: messageKeyOfValue,
    verify: isGood,
    append: (message) => isGood(message) && log.push(message) > 0,
    held: (_feed, sequence) => log[sequence - 1],
    readLater: () => false,
    onEvidence: (found) => evidence.push(found),
    ...changes,
  }
  return { intake: new Intake(context, ahead, { aheadSequences: 10 }), log, evidence, ahead }
}

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index]
  if (item === undefined) throw new RangeError(`nothing at ${index}`)
  return item
}

describe('intake', () => {
  it('makes one chain of copies from several peers in any order', () => {
    const eight = trunk.slice(0, 8)
    const deliveries = fc
      .tuple(
        fc.shuffledSubarray(eight, { minLength: 8 }),
        fc.array(fc.constantFrom(...eight), { maxLength: 20 }),
      )
      .chain(([once, more]) =>
        fc.shuffledSubarray([...once, ...more], { minLength: once.length + more.length }),
      )
    fc.assert(
      fc.property(deliveries, (messages) => {
        const { intake, log, evidence, ahead } = newIntake()
        for (const message of messages) intake.take(message)
        expect(log).toEqual(eight)
        expect(evidence).toEqual([])
        expect(ahead.size).toBe(0)
      }),
    )
  })

  it('finds every fork that both branches show, whichever comes first', () => {
    const mixed = fc.shuffledSubarray([...trunk.slice(0, 4), ...branch.slice(0, 4)], { minLength: 8 })
    fc.assert(
      fc.property(mixed, (messages) => {
        const { intake, log, evidence } = newIntake()
        for (const message of messages) intake.take(message)
        const first = log[0] === trunk[0] ? trunk : branch
        expect(log).toEqual(first.slice(0, log.length))
        expect(evidence.length).toBeGreaterThan(0)
        for (const { a, b } of evidence) expect(contradict(a, b)).toBe(true)
      }),
    )
  })

  const refusals: [string, unknown, string][] = [
    ['something else', { author: identity.id }, 'malformed-message'],
    ['what a log would change', { ...trunk[0], content: { type: 'a', b: '\ud800' } }, 'malformed-message'],
    [
      'another order of fields',
      Object.fromEntries(Object.entries(at(trunk, 2)).reverse()),
      'malformed-message',
    ],
    ['a message already held', at(trunk, 0), 'duplicate'],
    ['a message far ahead', { ...at(trunk, 2), sequence: 40 }, 'too-far-ahead'],
    ['a bad signature on the next', { ...at(trunk, 2), signature: BAD_SIGNATURE }, 'invalid-message'],
    ['a bad signature ahead', { ...at(trunk, 5), signature: BAD_SIGNATURE }, 'invalid-message'],
    ['a bad signature on another branch', { ...at(branch, 1), signature: BAD_SIGNATURE }, 'invalid-message'],
    ['another message for a sequence held', at(branch, 1), 'forked-feed'],
    ['another past under the next', at(branch, 2), 'forked-feed'],
    ['a message ahead', at(trunk, 4), 'ahead-of-turn'],
  ]
  it.each(refusals)('refuses %s', (_name, value, code) => {
    const { intake, log } = newIntake()
    for (const message of trunk.slice(0, 2)) intake.take(message)
    expect(intake.take(value)).toMatchObject({ code })
    expect(log).toEqual(trunk.slice(0, 2))
  })

  it('asks the registry about each message', () => {
    const members = new Set<FeedId>()
    const { intake } = newIntake({ accepts: (author) => members.has(author) })
    expect(intake.take(at(trunk, 0))).toMatchObject({ verdict: 'ignore', code: 'unaccepted-author' })
    members.add(identity.id)
    expect(intake.take(at(trunk, 0)).verdict).toBe('accept')
  })

  it('verifies before it keeps anything, and keeps only so much', () => {
    const { intake, ahead } = newIntake({}, { perFeed: 3, total: 100 })
    for (const message of trunk.slice(1, 8)) intake.take(message)
    expect(ahead.size).toBe(3)
    expect(intake.take(at(trunk, 9))).toMatchObject({ code: 'ahead-full' })
  })

  it('compares old sequences with the disk only as often as allowed', () => {
    const onDisk = at(trunk, 0)
    let reads = 2
    const { intake, evidence } = newIntake({
      tail: () => at(trunk, 5),
      held: () => undefined,
      readLater: (_feed, _sequence, then) => {
        if (reads-- <= 0) return false
        then(onDisk)
        return true
      },
    })
    expect(intake.take(onDisk)).toMatchObject({ code: 'duplicate' })
    expect(intake.take(at(branch, 0))).toMatchObject({ code: 'duplicate' })
    expect(evidence).toEqual([{ author: identity.id, a: onDisk, b: branch[0] }])
    expect(intake.take(at(branch, 0))).toMatchObject({ code: 'unread-duplicate' })
  })
})

/** No single feed holds both. */
const contradict = (a: ClassicMessage, b: ClassicMessage): boolean =>
  a.sequence === b.sequence
    ? messageKeyOfValue(a) !== messageKeyOfValue(b)
    : b.sequence === a.sequence + 1 && b.previous !== messageKeyOfValue(a)
