import {
  type CommitBody,
  type FeedId,
  type FeedMessage,
  feedIdBytes,
  type Hash,
  type MessageOf,
  type PrecommitBody,
  type SealBody,
  type SkipBody,
  type Stage,
  stageOf,
  voteBytes,
} from '../feeds/index.js'
import type { Epoch, Network, Registry } from '../roles/index.js'
import { fromBase64 } from '../util/index.js'
import type { Verify } from './step.js'

export type Vote =
  MessageOf<PrecommitBody> | MessageOf<SkipBody> | MessageOf<CommitBody> | MessageOf<SealBody>

export const isVote = (message: FeedMessage): message is Vote =>
  message.body.type === 'precommit' || message.body.type === 'commit' || message.body.type === 'seal'

/** A seal is for a height, whatever round decided. */
export const voteRound = ({ body }: Vote): number => (body.type === 'seal' ? 0 : body.round)

export const voteStage = ({ body }: Vote): Stage => stageOf(body)

/** What was voted for, in words that are equal for equal votes; empty for a skip. */
export const votedValue = ({ body }: Vote): string => {
  if (body.type === 'precommit' && body.skip) return ''
  return [body.block, body.xRoot, body.type === 'seal' ? body.stateRoot : ''].join(' ')
}

/** Does the role key's own signature inside the vote fit what the vote says, on this chain (protocol section 4)? */
export const isVoteSigned = (
  { author, body }: Vote,
  { chainId }: Pick<Network, 'chainId'>,
  { epoch }: Pick<Registry, 'epoch'>,
  verify: Verify,
): boolean => {
  const known = JUDGED.get(body)
  const isKnown = known?.author === author && known.chainId === chainId
  if (isKnown && known.epoch === epoch && known.verify === verify) return known.isSigned
  const isSigned = verifyVote(author, body, chainId, epoch, verify)
  JUDGED.set(body, { author, chainId, epoch, verify, isSigned })
  return isSigned
}

/** A parsed vote never changes, and core, watch and pair rules all look at the same one: it is verified once. */
const JUDGED = new WeakMap<
  Vote['body'],
  {
    readonly author: FeedId
    readonly chainId: Hash
    readonly epoch: Epoch
    readonly verify: Verify
    readonly isSigned: boolean
  }
>()

const verifyVote = (
  author: FeedId,
  body: Vote['body'],
  chainId: Hash,
  epoch: Epoch,
  verify: Verify,
): boolean => {
  const stage = stageOf(body)
  const round = body.type === 'seal' ? 0 : body.round
  const value = body.type === 'precommit' && body.skip ? {} : { block: body.block, xRoot: body.xRoot }
  const root = body.type === 'seal' ? { stateRoot: body.stateRoot } : {}
  const bytes = voteBytes({
    chainId,
    epoch: epoch.number,
    stage,
    height: body.height,
    round,
    ...value,
    ...root,
  })
  return verify(feedIdBytes(author), bytes, fromBase64(body.signature, 64))
}
