import {
  COMMIT,
  KINDS,
  PRECOMMIT,
  SKIP,
  VALUES,
  justified,
  precommitted,
  skipped,
  type Value,
  type Votes,
  type VotingRules,
} from './rules.js'

/**
 * The correct validators one by one, each in its current round, following rules 1 to 4 of protocol section 5 to the
 * letter. Far more states than counts have, so only small sizes are explored: its purpose is to show that the
 * counts leave out nothing that real validators can do.
 */
export interface Validator {
  readonly round: number
  /** By round. */
  readonly precommits: readonly (Value | undefined)[]
  readonly acts: readonly (Value | 'skip' | undefined)[]
}

/** One step of one validator: what it signed, if anything (entering a round signs nothing), and what it became. */
export interface Step {
  readonly signed?: { readonly round: number; readonly kind: number }
  readonly validator: Validator
}

export const newValidator = (rounds: number): Validator => ({
  round: 0,
  precommits: new Array<undefined>(rounds).fill(undefined),
  acts: new Array<undefined>(rounds).fill(undefined),
})

/** What all have signed: the certificates that exist, and all that the counting model keeps. */
export function votesOf(rules: VotingRules, validators: readonly Validator[]): Votes {
  const votes = new Uint8Array(rules.rounds * KINDS)
  const sign = (round: number, kind: number): void => {
    votes[round * KINDS + kind] = (votes[round * KINDS + kind] ?? 0) + 1
  }
  for (const { precommits, acts } of validators) {
    precommits.forEach((value, round) => value !== undefined && sign(round, PRECOMMIT + value))
    acts.forEach((act, round) => act !== undefined && sign(round, kindOf(act)))
  }
  return votes
}

const kindOf = (act: Value | 'skip'): number => (act === 'skip' ? SKIP : COMMIT + act)

/** All that one validator may do next, whatever the adversary shows it. */
export function stepsOf(rules: VotingRules, votes: Votes, validator: Validator): Step[] {
  return [
    ...precommits(rules, votes, validator),
    ...commits(rules, votes, validator),
    ...skips(validator),
    ...entries(rules, votes, validator),
  ]
}

/** Rule 1: once, in its current round, on a justified proposal, unless it has skipped the round. */
function precommits(rules: VotingRules, votes: Votes, validator: Validator): Step[] {
  const { round } = validator
  if (validator.precommits[round] !== undefined || validator.acts[round] === 'skip') return []
  return VALUES.filter((value) => justified(rules, votes, round, value)).map((value) => ({
    signed: { round, kind: PRECOMMIT + value },
    validator: { ...validator, precommits: validator.precommits.with(round, value) },
  }))
}

/** Rule 2, and of rule 4 the jump: a PC of a later round enters it and is committed. */
function commits(rules: VotingRules, votes: Votes, validator: Validator): Step[] {
  return validator.acts.flatMap((act, round) =>
    act !== undefined
      ? []
      : VALUES.filter((value) => precommitted(rules, votes, round, value)).map((value) => ({
          signed: { round, kind: COMMIT + value },
          validator: {
            ...validator,
            round: Math.max(round, validator.round),
            acts: validator.acts.with(round, value),
          },
        })),
  )
}

/** Rule 3: on its timer, in its current round, unless it has committed it. */
function skips(validator: Validator): Step[] {
  const { round, acts } = validator
  if (acts[round] !== undefined) return []
  return [{ signed: { round, kind: SKIP }, validator: { ...validator, acts: acts.with(round, 'skip') } }]
}

/** Rule 4: behind any NC of its round or later; behind its own round once committed, or skipped with a PC there. */
function entries(rules: VotingRules, votes: Votes, validator: Validator): Step[] {
  const entered: number[] = []
  for (let round = validator.round; round + 1 < rules.rounds; round++) {
    const own = round === validator.round && mayLeave(rules, votes, validator)
    if (own || skipped(rules, votes, round)) entered.push(round + 1)
  }
  return entered.map((round) => ({ validator: { ...validator, round } }))
}

function mayLeave(rules: VotingRules, votes: Votes, { round, acts }: Validator): boolean {
  const act = acts[round]
  if (act === 'skip') return VALUES.some((value) => precommitted(rules, votes, round, value))
  return act !== undefined
}
