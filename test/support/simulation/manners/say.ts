import { type Hash, hashHex, sha256, stageOf, type Vote, voteBytes } from '../../../../src/feeds/index.js'
import type { Publish } from '../../../../src/protocol/index.js'
import type { FeedRole, Network } from '../../../../src/roles/index.js'
import { fromHex } from '../../../../src/util/index.js'
import type { Say } from '../behaviour.js'

/** What manners are made of: other words in the place of a core's. */

export type Draft = Publish['draft']
export type DraftOf<Type extends Draft['type']> = Extract<Draft, { readonly type: Type }>
export type VoteDraft = DraftOf<'precommit' | 'commit' | 'seal'>

export const isVoteDraft = (draft: Draft): draft is VoteDraft =>
  draft.type === 'precommit' || draft.type === 'commit' || draft.type === 'seal'

/** The same vote with another draft, validly signed unless `lies` say that something else was signed. */
export const vote = (
  { genesis, chainId }: Network,
  effect: Publish,
  draft: VoteDraft,
  lies: Partial<Vote> = {},
): Publish => ({
  ...effect,
  draft,
  voteBytes: voteBytes({
    chainId,
    epoch: genesis.number,
    stage: stageOf(draft),
    height: draft.height,
    round: 'round' in draft ? draft.round : 0,
    ...('block' in draft ? { block: draft.block, xRoot: draft.xRoot } : {}),
    ...('stateRoot' in draft ? { stateRoot: draft.stateRoot } : {}),
    ...lies,
  }),
})

/** A skip of a round, as its precommitter would sign it. */
export const skipOf = (network: Network, height: number, round: number): Publish => {
  const draft = { type: 'precommit', skip: true, height, round, entry: null } as const
  return vote(network, { kind: 'publish', role: 'precommitter', draft, voteBytes: null, durable: [] }, draft)
}

/** Something other than what a hash commits to. */
export const otherThan = (hash: Hash): Hash => hashHex(sha256(fromHex(hash)))

export const say = (role: FeedRole, content: object): Say => ({ kind: 'say', role, content })
