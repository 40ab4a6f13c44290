import type {
  AssembledBody,
  FeedMessage,
  MessageKey,
  MessageOf,
  PrecommitBody,
  SealBody,
} from '../feeds/index.js'
import {
  type AnyCertificate,
  assemblerOf,
  chargesOfPair,
  type ExecutedBlock,
  isAssembled,
  isCertificate,
  isVote,
  type Judgement,
  type Law,
  type PendingWork,
  type Vote,
} from '../protocol/index.js'
import { certificateKnowledge, holds, nameOf } from './rounds.js'

/** One reason for a message, by the rule of protocol section 5; null for what Messagenodes do by no numbered rule. */
export interface Ground {
  readonly rule: number | null
  readonly words: string
  /** Null where no source holds what would tell. */
  readonly holds: boolean | null
}

/** All that a reason may rest on. */
export interface Case {
  readonly law: Law
  readonly height: number
  readonly messages: readonly FeedMessage[]
  /** Of every proposal in turn: what a validator says of it. */
  readonly judgements: ReadonlyMap<MessageKey, Judgement<unknown>>
  /** A message by its key, of whatever height. */
  readonly linked: ReadonlyMap<MessageKey, FeedMessage>
  /** What the height came to, if it was executed. */
  readonly block: Pick<ExecutedBlock, 'stateRoot'> | null
  /** Whether this refusal depends on which branch of a forked lane is known. */
  readonly isBlurred: (code: string) => boolean
  readonly pendingAt: (skip: MessageKey) => PendingWork | undefined
}

/** Why this message may be, as the core's judgement has it. */
export const groundsOf = (facts: Case, message: FeedMessage): readonly Ground[] => {
  if (isAssembled(message)) return proposalGrounds(facts, message)
  if (isCertificate(message)) return certificateGrounds(facts, message)
  if (isVote(message)) return voteGrounds(facts, message)
  if (message.body.type === 'block') return [yes(null, 'opens the slot: E(h) follows from chain and height')]
  return []
}

export const shortKey = (key: MessageKey): string => key.slice(0, 8)

const yes = (rule: number | null, words: string): Ground => ({ rule, words, holds: true })
const unknown = (rule: number | null, words: string): Ground => ({ rule, words, holds: null })
const ground = (rule: number | null, isRight: boolean, right: string, wrong: string): Ground => ({
  rule,
  words: isRight ? right : wrong,
  holds: isRight,
})

const proposalGrounds = (facts: Case, proposal: MessageOf<AssembledBody>): readonly Ground[] => {
  const { height, round } = proposal.body
  const turn = nameOf(facts.law, assemblerOf(facts.law, height, round))
  const isInTurn = turn === nameOf(facts.law, proposal.author)
  return [
    ground(null, isInTurn, `in turn: assembler(${height}, ${round})`, `out of turn: it is ${turn}'s round`),
    ...(isInTurn ? [judged(facts, proposal)] : []),
  ]
}

/** Which branch of the judgement held. */
const judged = ({ judgements, isBlurred }: Case, { key, body }: MessageOf<AssembledBody>): Ground => {
  const judgement = judgements.get(key)
  switch (judgement?.kind) {
    case 'accept':
      return yes(1, choiceOf(body))
    case 'refuse': {
      const { code, facts } = judgement.refusal
      if (isBlurred(code)) return unknown(1, `${code}, unless another branch of a forked lane is known`)
      return { rule: 1, words: `refused: ${code}${shown(facts)}`, holds: false }
    }
    case 'diverged':
      return { rule: 1, words: 'its results are not what a quorum precommitted', holds: false }
    case 'wait':
    case undefined:
      return unknown(1, 'cannot be judged: what it stands on is in no source')
  }
}

const choiceOf = ({ base, round, justify }: AssembledBody): string => {
  const skipped = base + 1 < round ? `, ${skippedText(base + 1, round - 1)} skipped` : ''
  if (base === -1) return `a free choice${skipped}; parent, cut, fairness and roots hold`
  return `the block precommitted in round ${base}${linkText(justify.precommitted)}${skipped}; parent, cut and roots hold`
}

const skippedText = (first: number, last: number): string =>
  first === last ? `round ${first}` : `rounds ${first} to ${last}`

const linkText = (key: MessageKey | null): string => (key === null ? '' : ` (${shortKey(key)})`)

const shown = (facts: Readonly<Record<string, unknown>>): string => {
  const parts = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

const certificateGrounds = ({ law }: Case, certificate: AnyCertificate): readonly Ground[] => {
  const { signers } = certificateKnowledge(law, certificate)
  const { validators, quorum } = law.registry.epoch
  const names = [...new Set(signers)].join(', ')
  const words = `${signers.length} of ${validators.length} signed, ${quorum} needed: ${names}`
  return [ground(null, holds(law, certificate), words, `does not hold: ${words}`)]
}

const voteGrounds = (facts: Case, vote: Vote): readonly Ground[] => {
  const { body } = vote
  if (body.type === 'commit') return [commitGround(facts, vote, body.precommitted)]
  if (body.type === 'seal') return [sealGround(facts, vote, body)]
  const entry = entryGrounds(facts, vote, body.round, body.entry)
  return [body.skip ? skipGround(facts, vote, body.round) : precommitGround(facts, body), ...entry]
}

const precommitGround = (facts: Case, body: PrecommitBody): Ground => {
  const proposal = facts.linked.get(body.assembled)
  const name = shortKey(body.assembled)
  if (!proposal) return unknown(1, `the proposal ${name} is in no source`)
  if (!isAssembled(proposal)) return { rule: 1, words: `${name} is no proposal`, holds: false }
  const judgement = facts.judgements.get(proposal.key)
  if (judgement?.kind === 'accept' && judgement.trial.xRoot !== body.xRoot) {
    return { rule: 1, words: `signs other results than ${name} has`, holds: false }
  }
  const why = judged(facts, proposal)
  return { ...why, words: `accepts ${name}: ${why.words}` }
}

const PENDING: Readonly<Record<PendingWork, string>> = {
  certificate: 'a precommitted certificate was there',
  proposal: 'a proposal of the round was there',
  lanes: 'its lanes held enough for a block',
}

const skipGround = (facts: Case, skip: Vote, round: number): Ground => {
  if (commitsOf(facts, skip).has(round)) {
    return { rule: 3, words: `skips round ${round}, which it has committed`, holds: false }
  }
  const pending = facts.pendingAt(skip.key)
  const work = pending ? `work pending, ${PENDING[pending]}` : 'what was pending shows in its own log only'
  return yes(3, `its timer ran out, and it has not committed round ${round}; ${work}`)
}

const commitGround = (facts: Case, commit: Vote, key: MessageKey): Ground => {
  const linked = facts.linked.get(key)
  if (!linked) return unknown(2, `the precommitted certificate ${shortKey(key)} is in no source`)
  const round = 'round' in commit.body ? commit.body.round : 0
  if (skipsOf(facts, commit).has(round)) {
    return { rule: 2, words: `commits to round ${round}, which it has skipped`, holds: false }
  }
  const isRight = follows(facts, commit, linked)
  const right = `precommitted in round ${round} (${shortKey(key)}), which it has not skipped`
  return ground(2, isRight, right, `does not follow from ${shortKey(key)}`)
}

const sealGround = (facts: Case, seal: Vote, { committed: key, stateRoot }: SealBody): Ground => {
  if (facts.block && facts.block.stateRoot !== stateRoot) {
    return { rule: 6, words: 'signs another state than the block leaves', holds: false }
  }
  const linked = facts.linked.get(key)
  if (!linked) return unknown(6, `the commit certificate ${shortKey(key)} is in no source`)
  const right = `decided by ${shortKey(key)} and executed: it signs the state root`
  return ground(6, follows(facts, seal, linked), right, `does not follow from ${shortKey(key)}`)
}

/** Rule 4: how a round above 0 was entered. */
const entryGrounds = (
  facts: Case,
  vote: Vote,
  round: number,
  entry: MessageKey | null,
): readonly Ground[] => {
  if (round === 0) return []
  if (entry === null) return [{ rule: 4, words: `in round ${round} by no certificate`, holds: false }]
  const name = shortKey(entry)
  const linked = facts.linked.get(entry)
  if (!linked) return [unknown(4, `entered round ${round} by ${name}, which is in no source`)]
  if (!isCertificate(linked) || !follows(facts, vote, linked)) {
    return [{ rule: 4, words: `${name} does not lead to round ${round}`, holds: false }]
  }
  return [yes(4, `entered round ${round} ${wayOf(facts, vote, round, linked)} (${name})`)]
}

const wayOf = (facts: Case, vote: Vote, round: number, { body }: AnyCertificate): string => {
  if (body.skip) return `by the skip certificate of round ${body.round}`
  if (body.round === round) return 'by its precommitted certificate'
  return skipsOf(facts, vote).has(body.round)
    ? `after skipping round ${body.round}, by that round's precommitted certificate`
    : `after committing round ${body.round}, on its timer or on the proposal that repeats the block`
}

/** Whether the vote follows from what it links: else the two of them prove it. */
const follows = ({ law }: Case, vote: Vote, linked: FeedMessage): boolean =>
  !chargesOfPair(law, vote, linked).some(({ code }) => code === 'unfounded-vote')

const skipsOf = (facts: Case, vote: Vote): ReadonlySet<number> => roundsOf(facts, vote, 'skip')
const commitsOf = (facts: Case, vote: Vote): ReadonlySet<number> => roundsOf(facts, vote, 'commit')

/** Rounds of the height that the same member skipped, or committed, as far as sources hold it. */
const roundsOf = ({ law, messages }: Case, vote: Vote, stage: 'skip' | 'commit'): ReadonlySet<number> => {
  const member = law.registry.placeOf(vote.author)?.member
  const own = messages.filter(({ author }) => law.registry.placeOf(author)?.member === member)
  return new Set(
    own.flatMap(({ body }) => {
      const isSkip = body.type === 'precommit' && body.skip
      const isWanted = stage === 'skip' ? isSkip : body.type === 'commit'
      return isWanted && 'round' in body ? [body.round] : []
    }),
  )
}
