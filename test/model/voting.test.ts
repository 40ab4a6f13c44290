import { describe, expect, it } from 'vitest'
import { explore } from './explore.js'
import { FIGURES } from './figures.js'
import { MUTANTS } from './mutants.js'
import { disagreement, protocolRules, violation } from './rules.js'

// Each of the two large ones takes a few seconds of a free processor. Protocol section 6, "machine-checked on a model of the votes".
describe('every way in which the votes of one height can fall', () => {
  it.each(FIGURES)(
    'of $validators validators in $rounds rounds',
    ({ validators, rounds, states }) => {
      const explored = explore(protocolRules(validators, rounds), violation)
      expect(explored.counterexample).toBeUndefined()
      expect(explored.states.size).toBe(states)
    },
    300_000,
  )

  it.each(MUTANTS)('and leads to a disagreement when mutated: $name', ({ rules }) => {
    const { states, counterexample } = explore(rules, disagreement)
    expect(counterexample?.broken).toMatch(/^a is committed in round \d, b in round \d$/)
    // At once: a disagreement is two certificates, with what had to be signed before them, and nothing more.
    expect(counterexample?.signatures).toBeLessThanOrEqual(5 * rules.needed)
    expect(states.size).toBeLessThan(20_000)
  })
})
