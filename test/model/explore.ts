import { decode, describeVotes, encodingOf, type Encoding } from './encoding.js'
import { KINDS, maySign, type VotingRules, type Votes } from './rules.js'
import { StateSet } from './state-set.js'

/** What is asked of every state: words if it is broken. */
export type Property = (rules: VotingRules, votes: Votes) => string | undefined

export interface Exploration {
  /** Reachable states up to changing the two values over, or those seen until the property broke. */
  readonly states: StateSet
  readonly counterexample?: Counterexample
}

export interface Counterexample {
  readonly broken: string
  /** Signatures of correct validators that lead there: the fewest possible. */
  readonly signatures: number
  /** What was signed, in words. */
  readonly votes: string
}

/**
 * Every state the rules can reach, breadth first, so that a counterexample is a shortest one.
 *
 * @param property stops the search where it is broken
 */
export function explore(rules: VotingRules, property: Property): Exploration {
  const encoding = encodingOf(rules.rounds, rules.correct)
  const votes: Votes = new Uint8Array(encoding.weights.length)
  const states = new StateSet()
  states.add(0)
  for (let position = 0; position < states.size; position++) {
    const state = states.at(position)
    const mirrored = decode(encoding, state, votes)
    const broken = property(rules, votes)
    if (broken !== undefined) return { states, counterexample: counterexampleOf(broken, votes) }
    addSuccessors(rules, encoding, votes, { state, mirrored }, states)
  }
  return { states }
}

/** One more signature of any kind in any round; of a state and its mirror image the smaller number stands for both. */
function addSuccessors(
  rules: VotingRules,
  { weights, mirroredWeights }: Encoding,
  votes: Votes,
  { state, mirrored }: { readonly state: number; readonly mirrored: number },
  states: StateSet,
): void {
  for (let round = 0; round < rules.rounds; round++) {
    for (let kind = 0; kind < KINDS; kind++) {
      if (!maySign(rules, votes, round, kind)) continue
      const digit = round * KINDS + kind
      states.add(Math.min(state + (weights[digit] ?? 0), mirrored + (mirroredWeights[digit] ?? 0)))
    }
  }
}

function counterexampleOf(broken: string, votes: Votes): Counterexample {
  const signatures = votes.reduce((sum, count) => sum + count, 0)
  return { broken, signatures, votes: describeVotes(votes) }
}
