import type { AssembledBody, Body, FeedId } from '../../../../src/feeds/index.js'
import { lanesOf, registryOf } from '../../../../src/roles/index.js'
import { cutRoot, NO_MESSAGE } from '../../../../src/feeds/index.js'
import { cutAfter } from '../../../../src/protocol/index.js'
import type { Story } from './story.js'

/** Mostly signs and hashes anew what was altered, so that only what was altered is wrong. */
export const mended = <B extends Body>(story: Story, feed: FeedId, body: B): Body => {
  if (story.random.chance(0.25)) return body
  switch (body.type) {
    case 'precommit':
    case 'commit':
    case 'seal': {
      const index = registryOf(story.context.network).placeOf(feed)?.index ?? -1
      return index < 0 ? body : story.quorums.vote(index, body)
    }
    case 'precommitted':
    case 'committed':
    case 'sealed':
      return story.quorums.signed(body)
    case 'assembled':
      return withBlock(story, body)
    default:
      return body
  }
}

/** The proposal under the id, and half of the time under the cut root, that its words give. */
const withBlock = ({ context, planner, record, random }: Story, body: AssembledBody): AssembledBody => {
  const parent = record.trunkAt(body.height - 1)
  if (!parent) return body
  const cut = cutAfter(
    parent.cut,
    body.cut.filter(({ lane }) => lane < parent.cut.length),
  )
  const root = cutRoot(
    lanesOf(context.network.genesis).map((feed, lane) => ({
      feed,
      ...(cut[lane] ?? { sequence: 0, tip: NO_MESSAGE }),
    })),
  )
  const facts = { ...body, cutRoot: random.chance(0.5) ? root : body.cutRoot }
  return { ...facts, block: planner.idOf(body.height, body.parent, facts) }
}
