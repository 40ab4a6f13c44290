import type { ClassicMessage, MessageKey } from '../types/index.js'

/**
 * Signed messages that are no part of the log: fetched by key before the feed reached them, or the other branch of
 * a fork. Bounded; the oldest goes first.
 */
export class LooseMessages {
  readonly #messages = new Map<MessageKey, ClassicMessage>()
  /** Those that must outlive a restart, because a message of ours depends on them. */
  readonly #durable = new Set<MessageKey>()

  constructor(private readonly limit: number) {}

  put(key: MessageKey, message: ClassicMessage): void {
    if (this.#messages.has(key)) return
    this.#messages.set(key, message)
    const [oldest] = this.#messages.keys()
    if (this.#messages.size > this.limit && oldest !== undefined) this.delete(oldest)
  }

  markDurable(key: MessageKey): void {
    if (this.#messages.has(key)) this.#durable.add(key)
  }

  get(key: MessageKey): ClassicMessage | undefined {
    return this.#messages.get(key)
  }

  delete(key: MessageKey): void {
    this.#messages.delete(key)
    this.#durable.delete(key)
  }

  entries(): readonly (readonly [MessageKey, ClassicMessage])[] {
    return [...this.#messages]
  }

  durable(): readonly ClassicMessage[] {
    return [...this.#messages].flatMap(([key, message]) => (this.#durable.has(key) ? [message] : []))
  }
}
