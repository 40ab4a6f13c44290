import { publishContacts } from '../../plugins/contacts/index.js'
import { type FeedId, type FeedMessage, messageKeyOfValue, parseMessage } from '../feeds/index.js'
import { endorse, registryOf } from '../roles/index.js'
import type { NodeConfig } from './config.js'
import type { SignGuard } from './sign-guard.js'
import type { Substrate } from './substrate.js'

const PAGE = 64

type Feeds = Pick<Substrate, 'tip' | 'readFeed'>

/**
 * What every own feed says first: whose it is, endorsed both ways; and on the main feed the follows that plain SSB
 * peers walk along. Idempotent: only what is not there yet is published.
 */
export const introduce = async (
  substrate: Feeds,
  guard: Pick<SignGuard, 'publish'>,
  config: Pick<NodeConfig, 'network' | 'main' | 'roles'>,
): Promise<void> => {
  const { network, main, roles } = config
  for (const identity of roles.values()) {
    if (substrate.tip(identity.id)) continue
    await guard.publish(identity, endorse(network.networkId, main, identity))
  }
  await publishContacts({
    registry: registryOf(network),
    self: main.id,
    bodies: bodiesOf(substrate, main.id),
    publish: (body) => guard.publish(main, body),
  })
}

async function* bodiesOf(substrate: Feeds, feed: FeedId): AsyncGenerator<FeedMessage['body']> {
  for (let from = 1; ; from += PAGE) {
    const values = await substrate.readFeed(feed, from, PAGE)
    for (const value of values) yield parseMessage(messageKeyOfValue(value), value).body
    if (values.length < PAGE) return
  }
}
