import type { FeedMessage, Hash, MessageKey } from '../feeds/index.js'
import { verifyCertificate } from '../feeds/index.js'
import {
  type AnyCertificate,
  assemblerOf,
  isAssembled,
  isCertificate,
  isVote,
  isVoteSigned,
  type Law,
  voteRound,
  voteStage,
} from '../protocol/index.js'

/** What was known of one height. */
export interface HeightKnowledge {
  readonly height: number
  readonly rounds: readonly RoundKnowledge[]
  /** Names of members whose seals were there; seals are of no round. */
  readonly seals: readonly string[]
  readonly sealed: readonly CertificateKnowledge[]
}

export interface RoundKnowledge {
  readonly round: number
  readonly assembler: string
  readonly proposals: readonly {
    readonly key: MessageKey
    readonly block: Hash
    /** -1 for a free choice. */
    readonly base: number
    readonly transactions: number
  }[]
  readonly precommits: readonly string[]
  readonly skips: readonly string[]
  readonly commits: readonly string[]
  readonly certificates: readonly CertificateKnowledge[]
}

export interface CertificateKnowledge {
  readonly key: MessageKey
  readonly type: 'precommitted' | 'skipped' | 'committed' | 'sealed'
  /** Who published it, and who signed it. */
  readonly by: string
  readonly signers: readonly string[]
}

/** Sorts what speaks of one height; votes and certificates that do not hold are left out. */
export const knowledgeOf = (law: Law, height: number, messages: readonly FeedMessage[]): HeightKnowledge => {
  const proposals = messages.filter(isAssembled)
  const votes = messages.filter(isVote).filter((vote) => isSignedVote(law, vote))
  const certificates = messages.filter(isCertificate).filter((certificate) => holds(law, certificate))
  const rounds = new Set([
    ...proposals.map(({ body }) => body.round),
    ...votes.map(voteRound),
    ...certificates.map(({ body }) => body.round),
  ])
  const votersOf = (stage: string, round: number): readonly string[] =>
    unique(
      votes
        .filter((vote) => voteStage(vote) === stage && voteRound(vote) === round)
        .map(({ author }) => nameOf(law, author)),
    )
  const certificatesOf = (isWanted: (certificate: AnyCertificate) => boolean) =>
    certificates.filter(isWanted).map((certificate) => certificateKnowledge(law, certificate))
  return {
    height,
    rounds: [...rounds]
      .sort((a, b) => a - b)
      .map((round) => ({
        round,
        assembler: nameOf(law, assemblerOf(law, height, round)),
        proposals: proposals
          .filter(({ body }) => body.round === round)
          .map(({ key, body: { block, base, txCount } }) => ({ key, block, base, transactions: txCount })),
        precommits: votersOf('precommit', round),
        skips: votersOf('skip', round),
        commits: votersOf('commit', round),
        certificates: certificatesOf(({ body }) => body.type !== 'sealed' && body.round === round),
      })),
    seals: votersOf('seal', 0),
    sealed: certificatesOf(({ body }) => body.type === 'sealed'),
  }
}

/** Of a feed's member; the feed itself where it is a stranger's. */
export const nameOf = ({ registry }: Law, feed: FeedMessage['author']): string =>
  registry.placeOf(feed)?.member.name ?? feed

export const certificateKnowledge = (
  law: Law,
  { key, author, body }: AnyCertificate,
): CertificateKnowledge => ({
  key,
  type: body.skip ? 'skipped' : body.type,
  by: nameOf(law, author),
  signers: body.signers.map((index) => law.registry.epoch.validators[index]?.name ?? String(index)),
})

const isSignedVote = (
  { network, registry, verify }: Law,
  vote: Parameters<typeof isVoteSigned>[0],
): boolean => isVoteSigned(vote, network, registry, verify)

export const holds = ({ electorate, verify }: Law, { body }: AnyCertificate): boolean =>
  verifyCertificate(body, electorate, verify).verdict === 'accept'

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
