import fc from 'fast-check'

import { type Body, encodeBody, type FeedMessage, parseContent } from '../../../src/feeds/index.js'
import { feedsOf } from '../../../src/roles/index.js'
import { arbitraryBody } from '../../support/arbitrary-bodies.js'
import { playMessagenode, playValidator, Scene } from '../../support/protocol/index.js'
import { spoiledJson } from '../spoiled.js'
import type { FuzzTarget } from '../target.js'

/**
 * Feeds of members, filled with whatever a body may be: to a validator's core and to a Messagenode's, as messages of
 * their feeds, as fetched ones, and with timers in between. A core that throws ends its node.
 */

/** Close to what is being decided, where most of the rules are. */
const near = (body: Body): Body => {
  const height = 'height' in body ? { height: 1 + (body.height % 12) } : {}
  const round = 'round' in body && body.type !== 'sealed' ? { round: body.round % 3 } : {}
  const base = body.type === 'assembled' ? { base: (body.base % 4) - 1 } : {}
  return { ...body, ...height, ...round, ...base }
}

const content = spoiledJson(
  fc.oneof(arbitraryBody, arbitraryBody.map(near), arbitraryBody.map(near)).map(encodeBody),
)

const event = fc.record({
  author: fc.nat(),
  content,
  how: fc.constantFrom('message', 'message', 'message', 'fetched', 'timer', 'real'),
})

const timers = ['round', 'batch', 'reproposal'] as const

export const cores: FuzzTarget = {
  name: 'cores',
  open: async () => ({
    property: fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), (events) => {
      const scene = new Scene({ validators: 4, messagenodes: 2 })
      const players = [playValidator(scene), playMessagenode(scene)]
      const feeds = scene.network.members.flatMap((member) => feedsOf(member).map(([, feed]) => feed))
      for (const [place, { author, content: json, how }] of events.entries()) {
        const feed = feeds[author % feeds.length]
        if (feed === undefined) continue
        const message: FeedMessage =
          how === 'real' ? scene.lane(author % 4) : scene.write(feed, parseContent(json))
        for (const player of players) {
          player.now += 50
          if (how === 'timer') player.timer(timers[place % 3] ?? 'round')
          if (how === 'fetched') player.fetched(message)
          else player.take(message)
        }
      }
    }),
    close: async () => undefined,
  }),
}
