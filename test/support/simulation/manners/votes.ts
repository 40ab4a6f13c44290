import { stageOf, type Vote } from '../../../../src/feeds/index.js'
import type { Publish } from '../../../../src/protocol/index.js'
import type { Network } from '../../../../src/roles/index.js'
import { type Behaviour, type Manner, traitor } from '../behaviour.js'
import { isVoteDraft, otherThan, skipOf, vote, type VoteDraft } from './say.js'

/** Validators that sign what they may not (protocol section 8, grade P). */

const voting = (name: string, say: (effect: Publish, draft: VoteDraft) => readonly Publish[]): Behaviour =>
  traitor(name, {
    publishes: (effect) => (isVoteDraft(effect.draft) ? say(effect, effect.draft) : [effect]),
  })

/** Skips every round that it commits, which breaks the lock. */
export const commitAndSkip: Manner = ({ world: { cast } }) =>
  voting('commit and skip', (effect, draft) =>
    draft.type === 'commit' ? [skipOf(cast.network, draft.height, draft.round), effect] : [effect],
  )

/** Votes in one stage for the value of the others, and for another value too. */
const doubleVoting =
  (type: VoteDraft['type']): Manner =>
  ({ world: { cast } }) =>
    voting(`double ${type}`, (effect, draft) => {
      if (draft.type !== type || !('block' in draft)) return [effect]
      return [effect, vote(cast.network, effect, { ...draft, block: otherThan(draft.block) })]
    })

export const doublePrecommit = doubleVoting('precommit')
export const doubleCommit = doubleVoting('commit')
export const doubleSeal = doubleVoting('seal')

/** Seals another state than the one that the block leaves. */
export const wrongStateRoot: Manner = ({ world: { cast } }) =>
  voting('wrong state root', (effect, draft) =>
    draft.type === 'seal'
      ? [vote(cast.network, effect, { ...draft, stateRoot: otherThan(draft.stateRoot) })]
      : [effect],
  )

/** Precommits other results than the block's. */
export const wrongResults: Manner = ({ world: { cast } }) =>
  voting('wrong results', (effect, draft) =>
    draft.type === 'precommit' && !draft.skip
      ? [vote(cast.network, effect, { ...draft, xRoot: otherThan(draft.xRoot) })]
      : [effect],
  )

/** Votes with a signature that was valid elsewhere. */
const replaying =
  (from: string, lies: (draft: VoteDraft, network: Network) => Partial<Vote>): Manner =>
  ({ world: { cast } }) =>
    voting(`replay from another ${from}`, (effect, draft) => [
      vote(cast.network, effect, draft, lies(draft, cast.network)),
    ])

export const replayFromNetwork = replaying('network', (_draft, { chainId }) => ({
  chainId: otherThan(chainId),
}))
export const replayFromEpoch = replaying('epoch', (_draft, { genesis }) => ({ epoch: genesis.number + 1 }))
export const replayFromHeight = replaying('height', ({ height }) => ({ height: height + 1 }))

/** A precommit's signature in the place of a commit's, and the other way round; seals and skips stay as they are. */
export const replayFromStage = replaying('stage', (draft) => {
  const stage = stageOf(draft)
  const other = { precommit: 'commit', commit: 'precommit' } as const
  return stage === 'precommit' || stage === 'commit' ? { stage: other[stage] } : {}
})
