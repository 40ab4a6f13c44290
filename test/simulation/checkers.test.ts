import { describe, expect, it } from 'vitest'
import { emptyBlock, feedIdOf, NO_MESSAGE } from '../../src/feeds/index.js'
import type { BlockBody, Hash } from '../../src/feeds/index.js'
import type { Publish } from '../../src/protocol/index.js'
import { calmScenario, simulate, Violation } from '../support/simulation/index.js'
import { SIMULATED_CHAIN } from '../support/simulation/members.js'
import { everyEffect, firstAltered } from '../support/simulation/mutants.js'
import type { Alteration } from '../support/simulation/mutants.js'
import type { Cores } from '../support/simulation/simulated-world.js'

/** Checkers are worth what they catch: each of these cores breaks one rule, and exactly that one is named. */
const violationOf = (cores: Cores): string => {
  try {
    simulate(calmScenario(7, 4, 2), { cores })
  } catch (error) {
    if (error instanceof Violation) return error.code
    throw error
  }
  return 'none'
}

const OTHER = 'ab'.repeat(32) as Hash

const isSeal = ({ draft }: Publish): boolean => draft.type === 'seal'

const slotAfter = ({ height, hash }: BlockBody): BlockBody => ({
  type: 'block',
  height: height + 1,
  previous: hash,
  hash: emptyBlock(SIMULATED_CHAIN, height + 1, hash),
})

const slotOpened = (draft: BlockBody): Publish => ({
  kind: 'publish',
  role: 'empty-block-producer',
  draft,
  voteBytes: null,
  durable: [],
})

const speaksBeforeStart = (): Alteration => {
  const genesis = emptyBlock(SIMULATED_CHAIN, 0, null)
  const first = slotAfter({ type: 'block', height: 0, previous: genesis, hash: genesis })
  let spoken = false
  return (_event, effects) => {
    if (spoken) return effects
    spoken = true
    return [...effects, slotOpened(first)]
  }
}

/** Opens one more slot every minute, far beyond the window, whether anything happens or not. */
const neverSilent = (): Alteration => {
  let last: BlockBody | undefined
  return (event, effects) => {
    const others = effects.filter((effect) => effect.kind !== 'timer' || effect.timer !== 'reproposal')
    for (const effect of others) {
      if (effect.kind === 'publish' && effect.draft.type === 'block') last = effect.draft
    }
    const isDue = event.kind === 'start' || (event.kind === 'timer' && event.timer === 'reproposal')
    if (!isDue || !last) return others
    last = slotAfter(last)
    return [...others, slotOpened(last), { kind: 'timer', timer: 'reproposal', delayMs: 60_000 }]
  }
}

describe('checkers', () => {
  it('find nothing in the real cores', () => {
    expect(
      violationOf(
        firstAltered(
          'validator',
          everyEffect('publish', (effect) => [effect]),
        ),
      ),
    ).toBe('none')
  })

  it.each([
    [
      'disagreement',
      everyEffect('decided', (effect) => [
        effect.height < 2 ? effect : { ...effect, value: { ...effect.value, block: OTHER } },
      ]),
    ],
    ['height-skipped', everyEffect('decided', (effect) => [effect, effect])],
    ['executed-before-decided', everyEffect('decided', (effect) => (effect.height === 3 ? [] : [effect]))],
    [
      'wrong-transactions',
      everyEffect('executed', (effect) => [{ ...effect, block: { ...effect.block, transactions: [] } }]),
    ],
    [
      'wrong-state-root',
      everyEffect('executed', (effect) => [{ ...effect, block: { ...effect.block, stateRoot: OTHER } }]),
    ],
    ['slot-taken-twice', everyEffect('publish', (effect) => (isSeal(effect) ? [effect, effect] : [effect]))],
    ['halted', everyEffect('decided', (effect) => [effect, { kind: 'halt', code: 'tired', facts: {} }])],
    [
      'wrong-entry-link',
      everyEffect('publish', (effect) => [
        effect.draft.type === 'precommit'
          ? { ...effect, draft: { ...effect.draft, entry: NO_MESSAGE } }
          : effect,
      ]),
    ],
    ['stuck', everyEffect('sealed', () => [])],
  ])('catch a validator: %s', (code, alteration) => {
    expect(violationOf(firstAltered('validator', alteration))).toBe(code)
  })

  it.each([
    ['published-before-start', speaksBeforeStart],
    ['idle-chain-speaks', neverSilent],
    [
      'bad-certificate',
      everyEffect('publish', (effect) => [
        effect.draft.type === 'committed'
          ? {
              ...effect,
              draft: { ...effect.draft, signers: [0, 1], signatures: effect.draft.signatures.slice(0, 2) },
            }
          : effect,
      ]),
    ],
    [
      'base-with-a-gap',
      everyEffect('publish', (effect) => [
        effect.draft.type === 'assembled'
          ? { ...effect, draft: { ...effect.draft, round: effect.draft.round + 1 } }
          : effect,
      ]),
    ],
    [
      'correct-node-refused',
      everyEffect('decided', (effect) => [
        effect,
        {
          kind: 'verdict',
          message: effect.certificate,
          author: feedIdOf(new Uint8Array(32)),
          refusal: { verdict: 'reject', code: 'dislike', facts: {} },
        },
      ]),
    ],
  ])('catch a Messagenode: %s', (code, alteration) => {
    expect(violationOf(firstAltered('messagenode', alteration))).toBe(code)
  })
})
