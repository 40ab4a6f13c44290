import { beforeAll, describe, expect, it } from 'vitest'
import { MUTANTS } from '../mutants/catalogue.js'
import { coresOf, patchedCore } from '../support/simulation/directed/patched-core.js'
import { hasHeight, slotsOf } from '../support/simulation/checkers/slots.js'
import { realCores } from '../support/simulation/simulated-world.js'
import type { Cores } from '../support/simulation/simulated-world.js'
import { ACTS } from '../support/simulation/histories/acts/index.js'
import { differenceIn, judgesOtherwise } from '../support/simulation/histories/difference.js'
import { liveThrough } from '../support/simulation/histories/history.js'
import { judgementsOf } from '../support/simulation/histories/judgements.js'
import { firstDifference } from '../support/simulation/histories/search.js'
import type { Story } from '../support/simulation/histories/story.js'
import * as shipped from '../../src/protocol/index.js'

const HISTORIES = Number(process.env['HISTORIES'] ?? 200)

/** A quorum of liars may decide a block whose lanes do not go on from its parent's: then, and only then, a core may give up. */
const MAY_THROW = 'a quorum checked that the cut extends its parent'

/** Effects of shipped cores in all histories together, and codes of what they refused: without them little was tried. */
const MINIMA = {
  decided: 500,
  executed: 350,
  reread: 8,
  'publish assembled': 60,
  'publish precommit': 90,
  'publish commit': 200,
  'publish seal': 120,
  'publish precommitted': 180,
  'publish committed': 90,
  'publish sealed': 60,
  'diverged-execution': 12,
  'diverged-state': 5,
  'bad-signature': 180,
  'below-quorum': 70,
  'duplicate-signer': 40,
  'wrong-root': 30,
  'wrong-entry': 60,
  'wrong-cut': 70,
  'out-of-turn': 80,
  'forked-lane': 14,
  'detached-cut': 8,
  'nothing-to-propose': 35,
  'base-not-below-round': 8,
  'unfair-cut': 2,
} as const

/** What is taken out of a core, and a history that shows it. No simulated network was known to. */
const FOUND = [
  ['each chain reaches the named tip: at the sequence given', 'does not compare the sequence', 6],
  ['3: with work pending', 'skips without work', 10],
  ['a quorum of q = floor(2n/3) + 1', 'q = ceil(2n/3)', 8],
  ['compares tips', 'takes no quotes', 3],
] as const

const counts = new Map<string, number>()
const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
const thrown: string[] = []
const saidTwice: string[] = []

/** Counts what shipped cores do. */
const counted: Cores = (...place) => {
  const core = realCores(...place)
  return {
    wants: () => core.wants(),
    step(event) {
      const effects = core.step(event)
      for (const effect of effects) {
        count(effect.kind)
        if (effect.kind === 'verdict') count(effect.refusal.code)
        if (effect.kind === 'halt') count(effect.code)
        if (effect.kind === 'publish') count(`publish ${effect.draft.type}`)
      }
      return effects
    },
  }
}

/** Places that the core filled more than once: votes, certificates, proposals, slots. */
const repeatedIn = (story: Story): readonly string[] => {
  const own = story.scribe.written.filter(({ author }) => story.isOwn(author))
  const slots = own.flatMap(({ body }) => (hasHeight(body) ? slotsOf(body) : []))
  return slots.filter((slot, index) => slots.indexOf(slot) !== index)
}

describe('histories made up for one core', () => {
  beforeAll(() => {
    for (let seed = 1; seed <= HISTORIES; seed++) {
      let story: Story | undefined
      try {
        liveThrough(seed, counted, (act, current) => {
          count(`act ${act}`)
          story = current
        })
      } catch (error) {
        thrown.push(String(error))
      }
      if (story) saidTwice.push(...repeatedIn(story).map((slot) => `seed ${seed}: ${slot}`))
    }
  })

  it('never make a shipped core say two things in one place, in all its lives and whoever lies to it', () => {
    expect(saidTwice).toEqual([])
  })

  it('never make a shipped core throw, but where a quorum lies', () => {
    expect(thrown.filter((text) => !text.includes(MAY_THROW))).toEqual([])
    expect(thrown.length).toBeLessThan(HISTORIES / 10)
  })

  it('show it where a core says two things', async () => {
    const mutant = MUTANTS.find(
      ({ without }) => without === 'signs every proposal of the round that verifies',
    )
    const cores = coresOf(await patchedCore(mutant?.patches ?? []))
    const repeated = [1, 2, 3, 4, 5].flatMap((seed) => repeatedIn(liveThrough(seed, cores)))
    expect(repeated.filter((slot) => slot.startsWith('precommit'))).not.toEqual([])
  })

  it.each(Object.keys(ACTS))('have every act: %s', (act) => {
    expect(counts.get(`act ${act}`) ?? 0).toBeGreaterThanOrEqual(50)
  })

  it.each(Object.entries(MINIMA))('come to enough: %s', (what, least) => {
    expect(counts.get(what) ?? 0).toBeGreaterThanOrEqual(least)
  })

  it('are the same for the same seed', () => {
    const written = [1, 1, 2].map((seed) => liveThrough(seed, realCores).scribe.written.map(({ key }) => key))
    expect(written[1]).toEqual(written[0])
    expect(written[2]).not.toEqual(written[0])
  })

  it('show no difference between a shipped core and itself', () => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(differenceIn(seed, realCores), `seed ${seed}`).toBeNull()
      expect(judgesOtherwise(seed, shipped), `seed ${seed}`).toBe(false)
    }
  })

  it('give a watch and the rules of evidence something to say', () => {
    const said = JSON.stringify(judgementsOf(liveThrough(1, realCores), shipped))
    for (const text of ['"kind":"finding"', '"verdict":"accept"', '"verdict":"reject"']) {
      expect(said).toContain(text)
    }
  })

  it.each(FOUND)('show what a core lacks: %s: %s', async (clause, without, seed) => {
    const mutant = MUTANTS.find((candidate) => candidate.clause === clause && candidate.without === without)
    if (!mutant) throw new RangeError(`no mutant ${clause}`)
    const patched = await patchedCore(mutant.patches)
    const difference = firstDifference(mutant.patches, patched, { from: seed, limitMs: 1 })
    expect(difference).toContain(`seed ${seed}:`)
  })
})
