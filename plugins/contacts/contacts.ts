import type { Body, ContactBody, FeedId, Junk } from '../../src/feeds/index.js'
import type { Registry } from '../../src/roles/index.js'
import { followsOf } from './follows.js'

/**
 * Ordinary SSB follows on the main feed, as the record for plain SSB peers; our own nodes replicate by the
 * registry alone. Idempotent: only what the feed does not say yet is published, so call it at every start and
 * after every set change.
 *
 * @returns the feeds newly followed and unfollowed, in the order of publishing.
 */
export const publishContacts = async ({
  registry,
  self,
  bodies,
  publish,
}: ContactOptions): Promise<Contacts> => {
  const followed = await followedBy(bodies)
  const wanted = new Set(followsOf(registry, self))
  const follows = [...wanted].filter((feed) => !followed.has(feed))
  const unfollows = [...followed].filter((feed) => !wanted.has(feed))
  for (const contact of follows) await publish({ type: 'contact', contact, following: true })
  for (const contact of unfollows) await publish({ type: 'contact', contact, following: false })
  return { follows, unfollows }
}

const followedBy = async (bodies: ContactOptions['bodies']): Promise<ReadonlySet<FeedId>> => {
  const followed = new Set<FeedId>()
  for await (const body of bodies) {
    if (body.type !== 'contact') continue
    if (body.following) followed.add(body.contact)
    else followed.delete(body.contact)
  }
  return followed
}

export interface ContactOptions {
  readonly registry: Registry
  /** The main identity whose feed it is. */
  readonly self: FeedId
  /** What stands in its main feed already, in order, as the gate parsed it. */
  readonly bodies: AsyncIterable<Body | Junk> | Iterable<Body | Junk>
  /** Appends to the main feed; resolves once durable. */
  readonly publish: (body: ContactBody) => Promise<unknown>
}

export interface Contacts {
  readonly follows: readonly FeedId[]
  readonly unfollows: readonly FeedId[]
}
