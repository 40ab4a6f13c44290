import type { AssembledBody, ClassicMessage, FeedMessage, MessageOf } from '../../../../src/feeds/index.js'
import type * as Protocol from '../../../../src/protocol/index.js'
import type { LaneGrounds } from '../../../../src/protocol/index.js'
import { lanesOf, registryOf } from '../../../../src/roles/index.js'
import { WatchingObserver } from '../checkers/watching.js'
import { originalOf } from '../substrate/wire.js'
import type { Plan } from './plans.js'
import type { Story } from './story.js'

export type Judge = Pick<typeof Protocol, 'Watch' | 'lawOf' | 'makeEvidence'>

/** All that a watch says of what was written in a history, and whom of its assemblers the lanes convict. */
export const judgementsOf = (story: Story, judge: Judge): readonly unknown[] => [
  ...signsOf(story, judge),
  ...convictionsOf(story, judge),
]

const signsOf = ({ scribe, context }: Story, { Watch, lawOf }: Judge): readonly unknown[] => {
  const signs: unknown[] = []
  const watch = new Watch(lawOf(context.network, context.verify))
  const reader = new WatchingObserver(scribe.cast, (sign) => signs.push(sign), watch)
  const registry = registryOf(context.network)
  for (const message of scribe.written) {
    const { author: feed, sequence, key } = message
    const by = registry.placeOf(feed)?.member.id
    if (by === undefined) continue
    if (scribe.feed(feed)[sequence - 1] === message) reader.read(message)
    else {
      reader.told({ feed, sequence, key, by })
      reader.shown(message, by)
    }
  }
  return signs
}

/** Each proposal, and each vote for it, held against the lanes: above its parent, and above a block that is not. */
const convictionsOf = (story: Story, { lawOf, makeEvidence }: Judge): readonly unknown[] => {
  const { context, record, scribe } = story
  const law = lawOf(context.network, context.verify)
  const heights = [...new Set(scribe.written.map(({ body }) => ('height' in body ? body.height : 0)))]
  return heights.flatMap((height) => {
    const parents = [record.trunkAt(height - 1), ...record.plansAt(height - 1).slice(0, 2)]
    return record.proposalsAt(height).flatMap((proposal) =>
      parents.flatMap((parent) => {
        if (!parent) return []
        const grounds = groundsOf(story, proposal, parent)
        const votes = scribe.written.filter((message) => isVoteFor(message, proposal)).slice(0, 2)
        return [
          makeEvidence(law, 'invalid-proposal', [originalOf(proposal)], grounds),
          ...votes.map((vote) =>
            makeEvidence(law, 'voted-for-invalid', [originalOf(proposal), originalOf(vote)], grounds),
          ),
        ]
      }),
    )
  })
}

const isVoteFor = ({ body }: FeedMessage, { key }: FeedMessage): boolean =>
  body.type === 'precommit' && !body.skip && body.assembled === key

const groundsOf = (
  { scribe, planner, context }: Story,
  { body }: MessageOf<AssembledBody>,
  parent: Plan,
): LaneGrounds => {
  const { height, cut, txRoot, txCount } = parent
  const before = parent.parent?.block ?? parent.block
  const lanes = lanesOf(context.network.genesis)
  const content = body.cut.flatMap(({ lane, tip }): ClassicMessage[] => {
    const messages: ClassicMessage[] = []
    let message = scribe.get(tip)
    while (message && message.author === lanes[lane] && message.sequence > (cut[lane]?.sequence ?? 0)) {
      messages.push(originalOf(message))
      message = message.previous === null ? undefined : scribe.get(message.previous)
    }
    return messages
  })
  const slot = planner.slotAt(height)
  return { parent: height === 0 ? null : { slot, parent: before, cut: [...cut], txRoot, txCount }, content }
}
