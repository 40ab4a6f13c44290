import type { AssembledBody, MessageKey, MessageOf } from '../../../../src/feeds/index.js'
import { isAssembled, type Publish } from '../../../../src/protocol/index.js'
import { type Manner, traitor } from '../../simulation/behaviour.js'
import { otherThan, vote } from '../../simulation/manners/say.js'

/** Precommits what its core refused: the proposals of a Messagenode that breaks the rules. */
export const votesForAnything =
  (assembler: string): Manner =>
  ({ self, world }) => {
    const done = new Set<MessageKey>()
    return traitor('votes for anything', {
      publishes: (effect) => {
        if (effect.role !== 'precommitter' || effect.draft.type !== 'precommit') return [effect]
        const { height } = effect.draft
        const others = self.store.log
          .filter(isAssembled)
          .filter(({ author, body, key }) => {
            const isOfRound = body.height === height && !done.has(key)
            return isOfRound && world.nodeOf(author)?.name === assembler && isAgainst(effect, body.block)
          })
          .slice(0, 1)
        for (const { key } of others) done.add(key)
        return [...others.map((proposal) => precommitOf(effect, proposal)), effect]
      },
    })

    function precommitOf(effect: Publish, { key, body }: MessageOf<AssembledBody>): Publish {
      const { height, round, block } = body
      const exceptions = { count: 0, positions: [] }
      const xRoot = otherThan(block)
      const draft = { type: 'precommit', skip: false, height, round, block, xRoot, assembled: key } as const
      return vote(world.cast.network, effect, { ...draft, exceptions, entry: null })
    }
  }

/** Whether the vote under way is no vote for this block. */
const isAgainst = ({ draft }: Publish, block: string): boolean =>
  draft.type === 'precommit' && (draft.skip || draft.block !== block)
