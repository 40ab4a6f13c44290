import { type Body, encodeBody, type FeedMessage, type MessageKey } from '../../../../src/feeds/index.js'
import type { FeedRole } from '../../../../src/roles/index.js'
import { type Circumstances, type Manner, traitor } from '../behaviour.js'
import { feedMessage, originalOf } from '../substrate/wire.js'

/**
 * A feed with two branches: one peer is shown the one, all others the other (protocol section 8, grade P). Both are
 * held and served by key, as a fork-maker would to be believed.
 */
class Fork {
  /** The message of the second branch by the key of the first branch's message at the same place. */
  readonly #others = new Map<MessageKey, FeedMessage>()

  constructor(
    private readonly circumstances: Circumstances,
    private readonly role: FeedRole,
    /** From here on the branches differ; a feed's identity is never forked. */
    private readonly from: number,
  ) {}

  readonly branch = (message: FeedMessage, peer: Circumstances['self']): FeedMessage => {
    const { self, favourite } = this.circumstances
    const forked = self.ownFeeds.get(message.author) === this.role && message.sequence >= this.from
    return forked && peer === favourite ? this.#other(message) : message
  }

  #other(message: FeedMessage): FeedMessage {
    const known = this.#others.get(message.key)
    if (known) return known
    const { self, world } = this.circumstances
    const before = message.previous === null ? undefined : self.store.get(message.previous)
    const previous = before && before.sequence >= this.from ? this.#other(before).key : message.previous
    const { author, sequence, timestamp } = message
    const place = { author, sequence, previous, timestamp: timestamp + 1 }
    const other = feedMessage(place, otherContent(message.body), world.cast.keyOf(self.member.id, this.role))
    this.#others.set(message.key, other)
    self.publisher.hide(other)
    if (this.role === 'transaction-validator' && !world.forkedLanes.has(author)) {
      world.forkedLanes.set(author, [originalOf(message), originalOf(other)])
    }
    return other
  }
}

/** Other transactions in a lane; in other feeds the same words, which makes no less a fork. */
const otherContent = (body: FeedMessage['body']): object => {
  if (body.type === 'junk') return { type: 'nonsense', data: {} }
  return encodeBody(body.type === 'transaction' ? reversed(body) : body)
}

const reversed = (body: Extract<Body, { readonly type: 'transaction' }>): Body => ({
  ...body,
  transactions: [...body.transactions].reverse(),
})

const forking =
  (name: string, roleOf: (circumstances: Circumstances) => FeedRole): Manner =>
  (circumstances) => {
    const fork = new Fork(circumstances, roleOf(circumstances), circumstances.random.integer(2, 4))
    return traitor(name, { branch: fork.branch })
  }

/** Other transactions for one Messagenode than for the others. */
export const forkedLane = forking('forked lane', () => 'transaction-validator')

/** One of the feeds in which the protocol speaks. */
export const forkedRoleFeed = forking('forked role feed', ({ self, random }) => {
  const roles = [...self.ownFeeds.values()].filter(
    (role) => role !== 'main' && role !== 'transaction-validator',
  )
  return random.pick(roles)
})
