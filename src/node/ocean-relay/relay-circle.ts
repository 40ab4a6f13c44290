import { type Circle } from '../../../plugins/circle/index.js'
import { dials } from '../../../plugins/dialler/index.js'
import { addressOf, allowedTo } from '../../../plugins/registry-admission/index.js'
import type { FeedId } from '../../feeds/index.js'
import type { RelayFile } from '../../ocean-relay/index.js'

/** Members of a relay are all alike: each is linked to every other, and reads its one feed. */
export const relayCircle = ({ members }: RelayFile, self: FeedId): Circle => {
  const feeds = new Set(members.map(({ id }) => id))
  const isMember = (id: string): id is FeedId => (feeds as ReadonlySet<string>).has(id)
  const reads = allowedTo('observer')
  return {
    admits: (feed) => feeds.has(feed),
    refusalOf(peer) {
      if (peer === self) return 'own-identity'
      if (!isMember(self)) return 'self-not-registered'
      return isMember(peer) ? undefined : 'not-registered'
    },
    rpcsOf: (peer) => (isMember(peer) ? reads : []),
    rpcsOfDialled: reads,
    wanted: feeds,
    own: new Set([self]),
    dialled: {
      targets: members
        .filter(({ id }) => dials(self, id))
        .map(({ id, host, port }) => ({ id, address: addressOf(id, { host, port }) })),
      warnings: [],
    },
  }
}
