import { isClassicMessage, isKeptWhole } from '../../src/feeds/index.js'
import type { Refusal, Verdict } from '../../src/util/index.js'
import { ACCEPT, ignore, reject } from '../../src/util/index.js'
import type { ClassicMessage, FeedId, MessageKey } from '../types/index.js'
import type { AheadBuffer } from './ahead-buffer.js'

/**
 * What happens to a message from a peer, decided one message at a time and at once. Pure but for what it is
 * given. Codes of refusals:
 *
 * - `malformed-message`: not a classic message, or not in its one canonical form, or the log would change it
 * - `unaccepted-author`: the registry does not know the feed
 * - `duplicate`: held already, here or ahead of its turn
 * - `unread-duplicate`: a sequence long held, and the limit of disk reads for comparing is used up
 * - `ahead-of-turn`: kept until the messages before it are here
 * - `too-far-ahead`, `ahead-full`: arrived before what it builds on, beyond what is kept
 * - `invalid-message`: breaks a rule of the format, or the signature is bad
 * - `forked-feed`: signed, but contradicts what its author signed before; leaves evidence
 */
export interface Evidence {
  readonly author: FeedId
  /** What is held. */
  readonly a: ClassicMessage
  /** Same sequence and another key, or the next sequence and another `previous`. */
  readonly b: ClassicMessage
}

export interface IntakeContext {
  readonly accepts: (author: FeedId) => boolean
  readonly tail: (feed: FeedId) => ClassicMessage | null
  readonly keyOf: (message: ClassicMessage) => MessageKey
  /** Everything that holds of a message on its own, signature included. */
  readonly verify: (message: ClassicMessage) => boolean
  /** Adds the next message of its feed to the log; false if it breaks a rule. */
  readonly append: (message: ClassicMessage) => boolean
  /** From memory only. */
  readonly held: (feed: FeedId, sequence: number) => ClassicMessage | undefined
  /** From disk, later; false if this would be one read too many. */
  readonly readLater: (feed: FeedId, sequence: number, then: (held: ClassicMessage) => void) => boolean
  readonly onEvidence: (evidence: Evidence) => void
}

export interface IntakeLimits {
  /** How far ahead of its turn a message is kept. */
  readonly aheadSequences: number
}

export class Intake {
  constructor(
    private readonly context: IntakeContext,
    private readonly ahead: AheadBuffer,
    private readonly limits: IntakeLimits,
  ) {}

  take(value: unknown): Verdict {
    if (!isClassicMessage(value) || !isKeptWhole(value.content)) return reject('malformed-message')
    if (!this.context.accepts(value.author)) return ignore('unaccepted-author', { author: value.author })
    const tail = this.context.tail(value.author)
    const next = (tail?.sequence ?? 0) + 1
    if (value.sequence < next) return this.#compare(value)
    if (value.sequence > next) return this.#hold(value, next)
    const verdict = this.#append(value, tail)
    if (verdict.verdict === 'accept') this.#drain(value.author)
    return verdict
  }

  #append(message: ClassicMessage, tail: ClassicMessage | null): Verdict {
    if (tail !== null && message.previous !== this.context.keyOf(tail)) return this.#fork(tail, message)
    return this.context.append(message) ? ACCEPT : reject('invalid-message', facts(message))
  }

  #compare(message: ClassicMessage): Refusal {
    const { author, sequence } = message
    const held = this.context.held(author, sequence)
    if (held !== undefined) return this.#compareWith(held, message)
    const reading = this.context.readLater(author, sequence, (read) => void this.#compareWith(read, message))
    return ignore(reading ? 'duplicate' : 'unread-duplicate', facts(message))
  }

  /** An equal signature is enough: nobody can make one that fits two messages. */
  #compareWith(held: ClassicMessage, message: ClassicMessage): Refusal {
    if (held.signature === message.signature) return ignore('duplicate', facts(message))
    return this.#fork(held, message)
  }

  #hold(message: ClassicMessage, next: number): Refusal {
    const { author, sequence } = message
    if (sequence > next + this.limits.aheadSequences) return ignore('too-far-ahead', facts(message))
    if (this.ahead.isFull(author)) return ignore('ahead-full', facts(message))
    const key = this.context.keyOf(message)
    const others = this.ahead.at(author, sequence)
    if (others.has(key)) return ignore('duplicate', facts(message))
    if (!this.context.verify(message)) return reject('invalid-message', facts(message))
    this.ahead.put(key, message)
    for (const other of others.values()) {
      if (other !== message) this.context.onEvidence({ author, a: other, b: message })
    }
    return ignore('ahead-of-turn', facts(message))
  }

  /** Adds what waited for the message just added. */
  #drain(feed: FeedId): void {
    for (;;) {
      const tail = this.context.tail(feed)
      if (tail === null || this.ahead.at(feed, tail.sequence + 1).size === 0) return
      const waiting = this.ahead.takeUpTo(feed, tail.sequence + 1)
      const verdicts = waiting.map((message) =>
        message.sequence > tail.sequence && this.context.tail(feed) === tail
          ? this.#append(message, tail)
          : this.#compare(message),
      )
      if (!verdicts.some(({ verdict }) => verdict === 'accept')) return
    }
  }

  #fork(held: ClassicMessage, message: ClassicMessage): Refusal {
    if (!this.context.verify(message)) return reject('invalid-message', facts(message))
    this.context.onEvidence({ author: message.author, a: held, b: message })
    return reject('forked-feed', facts(message))
  }
}

const facts = ({ author, sequence }: ClassicMessage): Refusal['facts'] => ({ author, sequence })
