import {
  type ClassicMessage,
  type FeedId,
  type MessageKey,
  messageKeyOfValue,
} from '../../src/feeds/index.js'
import { type NodeIdentity, sign } from '../../src/roles/index.js'
import { utf8 } from '../../src/util/index.js'
import type { MessageStore, StoredMessage, Tip } from '../../plugins/exchange/index.js'

/** The next message of a feed, signed as SSB signs: deterministic, without any SSB stack. */
export const signedMessage = (
  identity: NodeIdentity,
  previous: StoredMessage | undefined,
  content: object,
): StoredMessage => {
  const unsigned = {
    previous: previous?.key ?? null,
    sequence: (previous?.value.sequence ?? 0) + 1,
    author: identity.id,
    timestamp: 1_700_000_000_000 + (previous?.value.sequence ?? 0),
    hash: 'sha256' as const,
    content,
  }
  const signature = `${sign(identity, utf8(JSON.stringify(unsigned, null, 2)))}.sig.ed25519`
  const value: ClassicMessage = { ...unsigned, signature }
  return { key: messageKeyOfValue(value), value }
}

/** `count` messages on top of `base`; `label` tells branches of one feed apart. */
export const signedChain = (
  identity: NodeIdentity,
  count: number,
  { base, label = 'trunk' }: { readonly base?: StoredMessage | undefined; readonly label?: string } = {},
): readonly StoredMessage[] => {
  const chain: StoredMessage[] = []
  for (let index = 0; index < count; index++) {
    chain.push(signedMessage(identity, chain.at(-1) ?? base, { type: 'post', text: `${label} ${index}` }))
  }
  return chain
}

/** Messages in memory: the trunk of each feed by sequence, and every branch by key. */
export class MemoryStore implements MessageStore {
  readonly byKey = new Map<MessageKey, StoredMessage>()
  readonly #trunks = new Map<FeedId, StoredMessage[]>()
  readonly #pruned = new Map<FeedId, Tip>()

  addTrunk(messages: readonly StoredMessage[]): this {
    for (const message of messages) {
      const trunk = this.#trunks.get(message.value.author) ?? []
      this.#trunks.set(message.value.author, [...trunk, message])
    }
    return this.addBranch(messages)
  }

  /** Up to this message of a trunk nothing is held any more. */
  prune({ key, value: { author, sequence } }: StoredMessage): this {
    for (const { key: gone } of (this.#trunks.get(author) ?? []).slice(0, sequence)) this.byKey.delete(gone)
    this.#pruned.set(author, { sequence, key })
    return this
  }

  addBranch(messages: readonly StoredMessage[]): this {
    for (const message of messages) this.byKey.set(message.key, message)
    return this
  }

  async getByKey(key: MessageKey): Promise<ClassicMessage | undefined> {
    return this.byKey.get(key)?.value
  }

  async readFeed(feed: FeedId, from: number, limit: number): Promise<readonly ClassicMessage[]> {
    if (from <= (this.#pruned.get(feed)?.sequence ?? 0)) return []
    return (this.#trunks.get(feed) ?? []).slice(from - 1, from - 1 + limit).map(({ value }) => value)
  }

  pruned(feed: FeedId): Tip | undefined {
    return this.#pruned.get(feed)
  }

  tip(feed: FeedId): Tip | undefined {
    const last = this.#trunks.get(feed)?.at(-1)
    return last && { sequence: last.value.sequence, key: last.key }
  }
}
