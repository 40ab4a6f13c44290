import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  KINDS,
  disagreement,
  maySign,
  protocolRules,
  violation,
  type Votes,
  type VotingRules,
} from './rules.js'
import { newValidator, stepsOf, votesOf, type Step, type Validator } from './validators.js'

const keyOf = (validators: readonly Validator[]): string =>
  validators
    .map(({ round, precommits, acts }) => `${round}:${precommits.join()}:${acts.join()}`)
    .sort()
    .join(' ')

const replaced = (validators: readonly Validator[], index: number, { validator }: Step): Validator[] =>
  validators.with(index, validator)

/**
 * Every step of validators in their rounds must be a step of the counts, or leave them as they are: then the counts
 * leave nothing out.
 */
function expectCovered(rules: VotingRules, validators: readonly Validator[]): readonly Step[][] {
  const votes = votesOf(rules, validators)
  if (violation(rules, votes) !== undefined) expect.fail(`${violation(rules, votes)}: ${keyOf(validators)}`)
  const all = validators.map((validator) => stepsOf(rules, votes, validator))
  all.forEach((steps, index) => {
    for (const step of steps) {
      if (isCovered(rules, votes, step, votesOf(rules, replaced(validators, index, step)))) continue
      expect.fail(`not a step of the counts: ${JSON.stringify(step)} from ${keyOf(validators)}`)
    }
  })
  return all
}

function isCovered(rules: VotingRules, before: Votes, { signed }: Step, after: Votes): boolean {
  if (signed === undefined) return after.every((count, digit) => count === before[digit])
  const { round, kind } = signed
  const digit = round * KINDS + kind
  const counted = after.every((count, each) => count === (before[each] ?? 0) + (each === digit ? 1 : 0))
  return counted && maySign(rules, before, round, kind)
}

function exploreAll(rules: VotingRules): number {
  const first = Array.from({ length: rules.correct }, () => newValidator(rules.rounds))
  const seen = new Map([[keyOf(first), first]])
  for (const validators of seen.values()) {
    expectCovered(rules, validators).forEach((steps, index) => {
      for (const step of steps) {
        const next = replaced(validators, index, step)
        if (!seen.has(keyOf(next))) seen.set(keyOf(next), next)
      }
    })
  }
  return seen.size
}

describe('validators that keep to their rounds', () => {
  it('do nothing that the counts leave out: four of them, two rounds, every state', () => {
    // Written down when it was first counted, so that a rule that gets lost from this model is noticed.
    expect(exploreAll(protocolRules(4, 2))).toBe(20_354)
  })

  it('do nothing that the counts leave out: more of them, more rounds, at random', () => {
    const sizes = fc.constantFrom([4, 4], [7, 3], [10, 3], [13, 5])
    const choices = fc.array(fc.nat(), { minLength: 100, maxLength: 200 })
    fc.assert(
      fc.property(sizes, choices, ([validators = 0, rounds = 0], chosen) => {
        const rules = protocolRules(validators, rounds)
        let state = Array.from({ length: rules.correct }, () => newValidator(rounds))
        for (const choice of chosen) {
          const all = expectCovered(rules, state).flatMap((steps, index) =>
            steps.map((step) => [index, step] as const),
          )
          const [index, step] = all[choice % all.length] ?? []
          if (index === undefined || step === undefined) return
          state = replaced(state, index, step)
        }
        expect(disagreement(rules, votesOf(rules, state))).toBeUndefined()
      }),
      { numRuns: 100 },
    )
  })
})
