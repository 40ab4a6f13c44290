import { KINDS, SKIP, type Votes } from './rules.js'

/**
 * A state of the voting model as one number, the counts being its digits in base (correct + 1), so that millions of
 * states fit into typed arrays.
 */

const NAMES = ['precommit a', 'precommit b', 'commit a', 'commit b', 'skip'] as const

export interface Encoding {
  /** Counts that a digit can hold. */
  readonly base: number
  /** What one more signature adds to a state, by digit. */
  readonly weights: Float64Array
  /** What it adds to the mirrored state, in which a and b have changed places. */
  readonly mirroredWeights: Float64Array
}

/** The digits of `rounds` rounds of `correct` validators; throws where a state would not fit into a number. */
export function encodingOf(rounds: number, correct: number): Encoding {
  const base = correct + 1
  const length = rounds * KINDS
  if (base ** length > Number.MAX_SAFE_INTEGER) throw new RangeError('a state does not fit into one number')
  const weights = Float64Array.from({ length }, (_, digit) => base ** digit)
  const mirroredWeights = Float64Array.from({ length }, (_, digit) => base ** mirrorOf(digit))
  return { base, weights, mirroredWeights }
}

function mirrorOf(digit: number): number {
  const kind = digit % KINDS
  if (kind === SKIP) return digit
  return kind % 2 === 0 ? digit + 1 : digit - 1
}

/** Writes the counts of a state into `votes`; the answer is the mirrored state. */
export function decode({ base, mirroredWeights }: Encoding, state: number, votes: Votes): number {
  let rest = state
  let mirrored = 0
  for (let digit = 0; digit < votes.length; digit++) {
    const quotient = Math.floor(rest / base)
    const count = rest - quotient * base
    votes[digit] = count
    mirrored += count * (mirroredWeights[digit] ?? 0)
    rest = quotient
  }
  return mirrored
}

/** Votes in words, for a counterexample. */
export function describeVotes(votes: Votes): string {
  const words = [...votes].flatMap((count, digit) =>
    count === 0 ? [] : [`round ${Math.floor(digit / KINDS)}: ${count} ${NAMES[digit % KINDS]}`],
  )
  return words.join(', ') || 'nothing signed'
}
