import { faultyOf, quorumOf } from '../../src/roles/quorum.js'

/** The two values in dispute; a third would add nothing, since a disagreement needs two. */
export type Value = 0 | 1
export const VALUES: readonly Value[] = [0, 1]

/** What a correct validator can sign in one round, in the order of the digits. */
export const PRECOMMIT = 0
export const COMMIT = 2
export const SKIP = 4
export const KINDS = 5

/**
 * What the correct validators have signed, as counts: how many of them precommitted a, precommitted b, committed a,
 * committed b and skipped, `KINDS` counts a round. Nothing else of them can matter to a certificate, which counts
 * signatures and asks no validator for its current round.
 */
export type Votes = Uint8Array

/**
 * Rules 1 to 4 of protocol section 5 at one height, as far as they bear on what may be signed.
 *
 * The adversary is omniscient: every proposal and every certificate that can exist reaches anyone in any order, and
 * the Byzantine validators have signed everything beforehand. So a certificate exists as soon as `needed` correct
 * validators have signed, and a proposal as soon as it is justified.
 *
 * Rule 4 (which round a validator is in) is left out altogether: here any validator may vote in any round at any
 * time, and it may be a different one in each round. The real validators do less, so what is safe here is safe
 * there; `validators.ts` holds that reading against validators that do keep to their rounds.
 */
export interface VotingRules {
  /** Validators that keep the rules. */
  readonly correct: number
  readonly rounds: number
  /** Correct validators whose signatures complete a certificate, the traitors having given theirs. */
  readonly needed: number
  /** A validator precommits once a round (rule 1). */
  readonly onePrecommit: boolean
  /** Commit and skip of one round exclude each other (rule 3). */
  readonly lock: boolean
  /** What justifies the value of a proposal (rule 1). */
  readonly base: 'every skip above it' | 'only the last skip' | 'nothing'
}

/** The rules of the protocol for `validators` of which as many as it tolerates are traitors. */
export function protocolRules(validators: number, rounds: number): VotingRules {
  const traitors = faultyOf(validators)
  return {
    correct: validators - traitors,
    rounds,
    needed: quorumOf(validators) - traitors,
    onePrecommit: true,
    lock: true,
    base: 'every skip above it',
  }
}

const count = (votes: Votes, round: number, kind: number): number => votes[round * KINDS + kind] ?? 0

/** PC(h, round, value) can be made. */
export const precommitted = (rules: VotingRules, votes: Votes, round: number, value: Value): boolean =>
  count(votes, round, PRECOMMIT + value) >= rules.needed

/** CC(h, round, value) can be made. */
export const committed = (rules: VotingRules, votes: Votes, round: number, value: Value): boolean =>
  count(votes, round, COMMIT + value) >= rules.needed

/** NC(h, round) can be made. */
export const skipped = (rules: VotingRules, votes: Votes, round: number): boolean =>
  count(votes, round, SKIP) >= rules.needed

/** Whether a proposal of `value` in `round` can be justified: some base fits, with every round above it skipped. */
export function justified(rules: VotingRules, votes: Votes, round: number, value: Value): boolean {
  if (rules.base === 'nothing') return true
  for (let base = round - 1; base >= 0; base--) {
    if (precommitted(rules, votes, base, value)) return true
    if (!skipped(rules, votes, base)) return false
    if (rules.base === 'only the last skip') return true
  }
  return true
}

/** Whether one more correct validator may sign `kind` in `round`. */
export function maySign(rules: VotingRules, votes: Votes, round: number, kind: number): boolean {
  if (kind === SKIP) return maySkip(rules, votes, round)
  const value: Value = kind % 2 === 0 ? 0 : 1
  return kind < COMMIT ? mayPrecommit(rules, votes, round, value) : mayCommit(rules, votes, round, value)
}

/** Rule 1: someone has not precommitted in this round, and the proposal is justified. */
function mayPrecommit(rules: VotingRules, votes: Votes, round: number, value: Value): boolean {
  const other = rules.onePrecommit ? count(votes, round, PRECOMMIT + 1 - value) : 0
  const signed = count(votes, round, PRECOMMIT + value) + other
  return signed < rules.correct && justified(rules, votes, round, value)
}

/** Rule 2: on PC, also of a past round, someone who has neither committed nor skipped that round. */
function mayCommit(rules: VotingRules, votes: Votes, round: number, value: Value): boolean {
  const skips = rules.lock ? count(votes, round, SKIP) : 0
  return commits(votes, round) + skips < rules.correct && precommitted(rules, votes, round, value)
}

/** Rule 3: someone who has neither skipped nor committed this round. */
function maySkip(rules: VotingRules, votes: Votes, round: number): boolean {
  const locked = rules.lock ? commits(votes, round) : 0
  return count(votes, round, SKIP) + locked < rules.correct
}

const commits = (votes: Votes, round: number): number =>
  count(votes, round, COMMIT) + count(votes, round, COMMIT + 1)

/** The damage itself: two commit certificates with different values, of whatever rounds. */
export function disagreement(rules: VotingRules, votes: Votes): string | undefined {
  const a = firstCommitted(rules, votes, 0)
  const b = a === undefined ? undefined : firstCommitted(rules, votes, 1)
  return b === undefined ? undefined : `a is committed in round ${a}, b in round ${b}`
}

/** The steps of the argument of section 6, each of which must hold in every state, and agreement itself. */
export function violation(rules: VotingRules, votes: Votes): string | undefined {
  for (let round = 0; round < rules.rounds; round++) {
    const broken = roundViolation(rules, votes, round)
    if (broken !== undefined) return broken
  }
  return disagreement(rules, votes)
}

function roundViolation(rules: VotingRules, votes: Votes, round: number): string | undefined {
  if (precommitted(rules, votes, round, 0) && precommitted(rules, votes, round, 1)) {
    return `two values have a precommitted certificate in round ${round}`
  }
  for (const value of VALUES) {
    if (!committed(rules, votes, round, value)) continue
    if (skipped(rules, votes, round)) return `round ${round} is both committed and skipped`
    if (otherLater(rules, votes, round, value)) return `another value is justified after round ${round}`
  }
  return undefined
}

function otherLater(rules: VotingRules, votes: Votes, round: number, value: Value): boolean {
  for (let later = round + 1; later < rules.rounds; later++) {
    if (justified(rules, votes, later, value === 0 ? 1 : 0)) return true
  }
  return false
}

function firstCommitted(rules: VotingRules, votes: Votes, value: Value): number | undefined {
  for (let round = 0; round < rules.rounds; round++) if (committed(rules, votes, round, value)) return round
  return undefined
}
