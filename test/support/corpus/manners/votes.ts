import {
  encodeBody,
  type FeedMessage,
  type MessageKey,
  NO_MESSAGE,
  type Signature,
} from '../../../../src/feeds/index.js'
import type { Publish } from '../../../../src/protocol/index.js'
import { toBase64 } from '../../../../src/util/index.js'
import { type Circumstances, type Manner, traitor } from '../../simulation/behaviour.js'
import { isVoteDraft, say, vote, type VoteDraft } from '../../simulation/manners/say.js'

/** Ways in which a validator breaks rules that stand beside those of the drawn traitors. */

/** Signs its commits with the key of another role of its own. */
export const wrongRoleKey: Manner = ({ self, world: { cast } }) =>
  traitor('wrong role key', {
    publishes: (effect) => {
      const { draft, voteBytes } = effect
      if (draft.type !== 'commit' || voteBytes === null) return [effect]
      const signature = toBase64(cast.keyOf(self.member.id, 'sealer').sign(voteBytes)) as Signature
      return [say('committer', encodeBody({ ...draft, signature }))]
    },
  })

/** Lists failed transactions that did not fail; the results that it signs are right. */
export const wrongExceptions: Manner = () =>
  traitor('wrong exceptions', {
    publishes: (effect) =>
      effect.draft.type === 'precommit' && !effect.draft.skip
        ? [{ ...effect, draft: { ...effect.draft, exceptions: { count: 1, positions: [0] } } }]
        : [effect],
  })

/** Votes again for a height that its feed has left behind. */
export const heightBackwards: Manner = ({ world: { cast } }) => {
  const before: VoteDraft[] = []
  return traitor('height backwards', {
    publishes: (effect) => {
      const { draft } = effect
      if (!isVoteDraft(draft) || draft.type !== 'commit') return [effect]
      const old = before.find(({ height }) => height + 1 < draft.height)
      before.push(draft)
      return old ? [effect, vote(cast.network, effect, old)] : [effect]
    },
  })
}

/** Links something else than the message that would found the vote. */
const linking =
  (
    type: 'commit' | 'seal',
    link: (self: Circumstances['self'], draft: VoteDraft) => MessageKey | undefined,
  ): Manner =>
  ({ self }) =>
    traitor(`${type} out of order`, {
      publishes: (effect) => {
        const { draft } = effect
        const key = isVoteDraft(draft) && draft.type === type ? link(self, draft) : undefined
        if (key === undefined) return [effect]
        if (draft.type === 'commit') return [{ ...effect, draft: { ...draft, precommitted: key } }]
        return draft.type === 'seal' ? [{ ...effect, draft: { ...draft, committed: key } }] : [effect]
      },
    })

/** The first message of its log that speaks of this height in this way. */
const heldOf = ({ store }: Circumstances['self'], type: FeedMessage['body']['type'], height: number) =>
  store.log.find(({ body }) => body.type === type && 'height' in body && body.height === height)?.key

/** Seals on a precommit certificate: the commits were not waited for. */
export const sealOutOfOrder = linking('seal', (self, { height }) => heldOf(self, 'precommitted', height))

/** Commits on a proposal: the precommits were not waited for. */
export const commitOutOfOrder = linking('commit', (self, { height }) => heldOf(self, 'assembled', height))

/** Commits on a certificate that there never was. */
export const groundless = linking('commit', () => NO_MESSAGE)

/** Says its commits only when the chain is far ahead. */
export const lateVotes: Manner = () => {
  const held: Publish[] = []
  return traitor('late votes', {
    publishes: (effect) => {
      const { draft } = effect
      if (draft.type === 'commit') {
        held.push(effect)
        return []
      }
      if (draft.type !== 'precommit') return [effect]
      const ripe = held.findIndex((each) => each.draft.height + LATE_HEIGHTS > draft.height)
      return [effect, ...held.splice(0, ripe === -1 ? held.length : ripe)]
    },
  })
}

const LATE_HEIGHTS = 12

/** Says one vote again and again. */
export const flooding: Manner = () => {
  let isDone = false
  return traitor('flooding', {
    publishes: (effect) => {
      if (isDone || effect.draft.type !== 'commit' || effect.draft.height < 3) return [effect]
      isDone = true
      return Array.from({ length: FLOOD }, () => effect)
    },
  })
}

const FLOOD = 1_100

/** Dates its messages before the ones that they follow. */
export const timestampsBackwards: Manner = () =>
  traitor('timestamps backwards', { stamps: (_proper, before) => before - 1 })
