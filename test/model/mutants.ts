import { faultyOf, quorumOf } from '../../src/roles/quorum.js'
import { protocolRules, type VotingRules } from './rules.js'

/** The protocol with one of its safety rules taken out: each must lead to a disagreement (protocol section 6). */
export interface Mutant {
  readonly name: string
  readonly rules: VotingRules
}

const VALIDATORS = 4
const ROUNDS = 3

const without = (changes: Partial<VotingRules>): VotingRules => ({
  ...protocolRules(VALIDATORS, ROUNDS),
  ...changes,
})

/** The largest quorum that section 1 calls unsafe: floor((n + f) / 2). */
const unsafeQuorum = (validators: number): number => Math.floor((validators + faultyOf(validators)) / 2)

export const MUTANTS: readonly Mutant[] = [
  { name: 'sign every proposal', rules: without({ onePrecommit: false }) },
  { name: 'free value after a round change', rules: without({ base: 'nothing' }) },
  { name: "only the last round's skip needed", rules: without({ base: 'only the last skip' }) },
  { name: 'skip and commit both allowed', rules: without({ lock: false }) },
  { name: 'quorum too small', rules: without({ needed: unsafeQuorum(VALIDATORS) - faultyOf(VALIDATORS) }) },
  { name: 'too many Byzantine', rules: tooManyTraitors(faultyOf(VALIDATORS) + 1) },
]

function tooManyTraitors(traitors: number): VotingRules {
  return without({ correct: VALIDATORS - traitors, needed: quorumOf(VALIDATORS) - traitors })
}
