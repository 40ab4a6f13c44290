import {
  type CertificateBody,
  compareBranches,
  type FeedMessage,
  type FeedPlace,
  type SkipCertificateBody,
  stageOf,
  verifyCertificate,
} from '../../feeds/index.js'
import { type FeedRole, type Place, ROLE_MESSAGES } from '../../roles/index.js'
import { isAssembled, isCertificate } from '../book.js'
import type { EvidenceCode } from './codes.js'
import { type Charge, type Culprit, culpritOf, type Law } from './law.js'
import { voteBesideLink } from './link-rules.js'
import { proposalBesideQuorum } from './proposal-rules.js'
import { isVote, isVoteSigned, type Vote, votedValue, voteRound, voteStage } from '../votes.js'

/** Finds what two messages, whose authors signed them, prove together; in either order. */
type PairRule = (law: Law, a: FeedMessage, b: FeedMessage) => Charge | null

/** Both stand in one feed of a member that never runs other software on it, and the first comes earlier there. */
const inOneFeed =
  (rule: (law: Law, place: Place, earlier: FeedMessage, later: FeedMessage) => Charge | null): PairRule =>
  (law, a, b) => {
    const place = law.registry.placeOf(a.author)
    if (!place || a.author !== b.author || a.key === b.key || place.member.kind === 'observer') return null
    return a.sequence <= b.sequence ? rule(law, place, a, b) : rule(law, place, b, a)
  }

const charge = (code: EvidenceCode, culprits: readonly Culprit[], facts: Charge['facts'] = {}): Charge => ({
  code,
  culprits,
  facts,
})

const feedFork = ({ registry }: Law, a: FeedPlace, b: FeedPlace): Charge | null => {
  const place = registry.placeOf(a.author)
  if (!place || compareBranches(a, b).verdict !== 'accept') return null
  return charge('feed-fork', [culpritOf(place)], { sequence: Math.max(a.sequence, b.sequence) })
}

const DOUBLE = { precommit: 'double-precommit', commit: 'double-commit', seal: 'double-seal' } as const

/** Only the vote's own signature binds it to this chain, so that is required of both. */
const areSigned = ({ network, registry, verify }: Law, ...votes: readonly Vote[]): boolean =>
  votes.every(
    (vote) => belongs(registry.placeOf(vote.author), vote) && isVoteSigned(vote, network, registry, verify),
  )

const belongs = (place: Place | undefined, { body }: FeedMessage): boolean =>
  place !== undefined && body.type !== 'junk' && ROLE_MESSAGES[place.role].includes(body.type)

const doubleVote = inOneFeed((law, place, a, b) => {
  if (!isVote(a) || !isVote(b)) return null
  const stage = voteStage(a)
  const [height, round] = [a.body.height, voteRound(a)]
  if (stage === 'skip' || stage !== voteStage(b) || height !== b.body.height || round !== voteRound(b))
    return null
  if (votedValue(a) === votedValue(b) || !areSigned(law, a, b)) return null
  return charge(DOUBLE[stage], [culpritOf(place)], { height, round })
})

const commitAndSkip: PairRule = (law, a, b) => {
  if (!isVote(a) || !isVote(b)) return null
  const [commit, skip] = a.body.type === 'commit' ? [a, b] : [b, a]
  if (voteStage(commit) !== 'commit' || voteStage(skip) !== 'skip') return null
  const [committer, precommitter] = [commit, skip].map(({ author }) => law.registry.placeOf(author))
  if (!committer || !precommitter || committer.member.id !== precommitter.member.id) return null
  const [height, round] = [commit.body.height, voteRound(commit)]
  if (height !== skip.body.height || round !== voteRound(skip) || !areSigned(law, commit, skip)) return null
  return charge('commit-and-skip', [culpritOf(committer), culpritOf(precommitter)], { height, round })
}

const doubleProposal = inOneFeed((_law, place, a, b) => {
  if (!isAssembled(a) || !isAssembled(b) || !belongs(place, a)) return null
  const { height, round } = a.body
  if (height !== b.body.height || round !== b.body.round) return null
  return charge('double-proposal', [culpritOf(place)], { height, round })
})

/** Certificates prove themselves, whoever published them; guilty is whoever signed for both. */
const conflictingCertificates: PairRule = (law, ...given) => {
  // A decision before the skip that it excludes: the culprits are named by the role of the first.
  const [a, b] = 'skip' in given[0].body && given[0].body.skip ? [given[1], given[0]] : given
  if (!isCertificate(a) || !isCertificate(b) || !exclude(a.body, b.body)) return null
  for (const { body } of [a, b]) {
    if (verifyCertificate(body, law.electorate, law.verify).verdict !== 'accept') return null
  }
  const both = a.body.signers.filter((index) => b.body.signers.includes(index))
  const role = ROLE_OF_STAGE[stageOf(a.body)]
  const culprits = both.flatMap((index): Culprit[] => {
    const owner = law.registry.epoch.validators[index]?.id
    return owner === undefined ? [] : [{ owner, role }]
  })
  const { height, round } = a.body
  const stages = [stageOf(a.body), stageOf(b.body)]
  return culprits.length === 0
    ? null
    : charge('conflicting-certificates', culprits, { height, round, stages })
}

const ROLE_OF_STAGE: Readonly<Record<ReturnType<typeof stageOf>, FeedRole>> = {
  precommit: 'precommitter',
  skip: 'precommitter',
  commit: 'committer',
  seal: 'sealer',
}

/** A vote and a certificate for one block of one height, whoever published the certificate; both hold. */
const voteBesideQuorum =
  (differs: (vote: Vote['body'], quorum: CertificateBody) => boolean, code: EvidenceCode): PairRule =>
  (law, ...given) => {
    const [vote, certificate] = isVote(given[0]) ? given : [given[1], given[0]]
    const place = law.registry.placeOf(vote.author)
    if (!place || !isVote(vote) || !isCertificate(certificate)) return null
    const { body } = certificate
    if (body.skip || !isForBlock(vote.body, body) || !differs(vote.body, body)) return null
    if (!areSigned(law, vote)) return null
    if (verifyCertificate(body, law.electorate, law.verify).verdict !== 'accept') return null
    return charge(code, [culpritOf(place)], { height: body.height, stages: [voteStage(vote), stageOf(body)] })
  }

const isForBlock = (vote: Vote['body'], { height, block }: CertificateBody): boolean =>
  'block' in vote && vote.height === height && vote.block === block

/**
 * A block's id commits to its parent and content, and execution knows nothing else, so there is one right `xRoot`.
 * A quorum's is it, in whatever round and stage: one of its signers is correct, and executed the block or
 * followed a certificate that holds one who did. Like the chain itself, this rests on no more than f being traitors.
 */
const wrongResults = voteBesideQuorum(
  (vote, { xRoot }) => 'xRoot' in vote && vote.xRoot !== xRoot,
  'wrong-results',
)

/** The same for the state that the block leaves, which seals alone name. */
const wrongStateRoot = voteBesideQuorum(
  (vote, { stateRoot }) => vote.type === 'seal' && stateRoot !== null && vote.stateRoot !== stateRoot,
  'wrong-state-root',
)

type Certificate = CertificateBody | SkipCertificateBody

/** No validator may sign for both: two values of one stage and round, or commit and skip of one round. */
const exclude = (a: Certificate, b: Certificate): boolean => {
  if (a.height !== b.height || a.round !== b.round) return false
  if (a.skip || b.skip) return a.skip !== b.skip && [a, b].some(({ type }) => type === 'committed')
  return a.type === b.type && (a.block !== b.block || a.xRoot !== b.xRoot || a.stateRoot !== b.stateRoot)
}

/** A validator votes in rounds of the height after its decided one, and seals in order: its heights never fall. */
const heightBackwards = inOneFeed((law, place, earlier, later) => {
  if (!isVote(earlier) || !isVote(later) || later.body.height >= earlier.body.height) return null
  if (earlier.sequence === later.sequence || !areSigned(law, earlier, later)) return null
  return charge('height-backwards', [culpritOf(place)], {
    before: earlier.body.height,
    after: later.body.height,
  })
})

/** Every publisher writes max(clock, last + 1) (protocol section 2). */
const timestampBackwards = inOneFeed((_law, place, earlier, later) => {
  if (earlier.sequence === later.sequence || later.timestamp > earlier.timestamp) return null
  return charge('timestamp-backwards', [culpritOf(place)], {
    before: earlier.timestamp,
    after: later.timestamp,
  })
})

const sequenceGap = inOneFeed((_law, place, a, b) => {
  const [before, after] = b.previous === a.key ? [a, b] : [b, a]
  if (after.previous !== before.key || after.sequence === before.sequence + 1) return null
  return charge('sequence-gap', [culpritOf(place)], { before: before.sequence, after: after.sequence })
})

/** Slots are opened one after the other from height 1 on, directly behind the feed's identity. */
const slotGap = inOneFeed((_law, place, { key, body: before }, { previous, body: after }) => {
  if (previous !== key || after.type !== 'block' || !['block', 'identity'].includes(before.type)) return null
  const height = before.type === 'block' ? before.height : 0
  return after.height === height + 1
    ? null
    : charge('slot-gap', [culpritOf(place)], { before: height, after: after.height })
})

/** One of two neighbouring slots that do not fit together is not E(h), whichever. */
const unlinkedSlots = inOneFeed((_law, place, { body: a }, { body: b }) => {
  if (a.type !== 'block' || b.type !== 'block' || b.height !== a.height + 1 || b.previous === a.hash)
    return null
  return charge('wrong-empty-block', [culpritOf(place)], { height: b.height })
})

/** An assembler names in `seen` only proposals whose `have` it holds itself (protocol section 5). */
const haveBehindSeen: PairRule = ({ registry }, a, b) => {
  for (const [quoting, quoted] of [
    [a, b],
    [b, a],
  ] as const) {
    const [by, of] = [registry.placeOf(quoting.author), registry.placeOf(quoted.author)]
    if (!isAssembled(quoting) || !isAssembled(quoted) || !by || !of || !belongs(of, quoted)) continue
    if (!quoting.body.seen.some(({ key, messagenode }) => key === quoted.key && messagenode === of.index))
      continue
    const lane = quoted.body.have.findIndex((sequence, index) => sequence > (quoting.body.have[index] ?? 0))
    if (lane < 0) continue
    const facts = { lane, have: quoting.body.have[lane] ?? 0, seen: quoted.body.have[lane] ?? 0 }
    return charge('have-behind-seen', [culpritOf(by)], facts)
  }
  return null
}

const PAIR_RULES: readonly PairRule[] = [
  feedFork,
  doubleVote,
  commitAndSkip,
  doubleProposal,
  conflictingCertificates,
  wrongResults,
  wrongStateRoot,
  heightBackwards,
  timestampBackwards,
  sequenceGap,
  slotGap,
  unlinkedSlots,
  haveBehindSeen,
  proposalBesideQuorum,
  voteBesideLink,
]

/** What two places prove of which no more is known than that their author signed them. */
export const chargeOfPlaces = (law: Law, a: FeedPlace, b: FeedPlace): readonly Charge[] => {
  const fork = feedFork(law, a, b)
  return fork ? [fork] : []
}

/** Everything that two messages prove. Their authors' signatures are checked; where they stand is not. */
export const chargesOfPair = (law: Law, a: FeedMessage, b: FeedMessage): readonly Charge[] =>
  PAIR_RULES.flatMap((rule) => rule(law, a, b) ?? [])
