import type { PublishOptions } from '../../plugins/durable-publish/index.js'
import {
  type Body,
  encodeBody,
  type FeedId,
  type FeedMessage,
  type Hash,
  type MessageKey,
  type Signature,
  stageOf,
  voteBytes,
} from '../feeds/index.js'
import type { Draft } from '../protocol/index.js'
import { type NodeIdentity, sign } from '../roles/index.js'
import { CodedError, toHex, utf8 } from '../util/index.js'
import { type Slot, SlotBook, slotOf } from './sign-slots.js'

/**
 * The one way by which this node says anything: check, sign, make durable, and only then let it replicate. A slot
 * (sign-slots.ts) is taken before its bytes are written and stays taken even if the write fails, so that no other
 * bytes can ever follow them. What was said before this process began comes from the own feeds and the write-ahead
 * log, through `remember`, before `allow`.
 *
 * Codes of errors:
 * - `signing-forbidden`: nothing may be signed yet, or any more; `reason` says why
 * - `slot-taken`: other bytes were signed in this slot; from then on nothing is signed at all
 * - `slot-forgotten`: the slot lies below everything remembered
 */
export interface SignGuard {
  /** Signs the vote and publishes it; the message published already if it is the same vote again. */
  vote(
    identity: NodeIdentity,
    draft: Draft,
    bytes: Uint8Array,
    durable: readonly MessageKey[],
  ): Promise<FeedMessage>
  /** Publishes what needs no signature but the feed's own. */
  publish(identity: NodeIdentity, body: UnvotedBody, durable?: readonly MessageKey[]): Promise<FeedMessage>
  /** A message of an own feed, from the log, from the write-ahead log or from a peer. */
  remember(message: FeedMessage): void
  /** Own feeds are known to be complete. */
  allow(): void
  /** For good: not even `allow` brings signing back. */
  forbid(reason: string): void
  /** Why nothing may be signed; null if it may. */
  readonly forbidden: string | null
}

type VoteBody = Extract<Body, { readonly signature: Signature }>
export type UnvotedBody = Exclude<Body, VoteBody>

/** Appends to the feed of `identity`; resolves once durable and open to replication. */
export type Append = (
  identity: NodeIdentity,
  content: object,
  options: PublishOptions,
) => Promise<FeedMessage>

export interface SignGuardPorts {
  readonly chainId: Hash
  readonly epochAt: (height: number) => number
  readonly ownFeeds: readonly FeedId[]
  readonly append: Append
  readonly messageByKey: (key: MessageKey) => Promise<FeedMessage | undefined>
  /** Two different bytes were asked of one slot: a bug or a tampered disk. Nothing is signed from here on. */
  readonly onConflict: (facts: ConflictFacts) => void
}

export interface ConflictFacts extends Slot {
  readonly [fact: string]: unknown
  /** Hexadecimal. */
  readonly signed: string
  readonly refused: string
}

/** What stands in a slot: published, on its way to the disk, or failed to reach it. */
type Said = { readonly key: MessageKey } | { readonly publishing: Promise<FeedMessage> } | null

const NOT_RECOVERED = 'not-recovered'

export const createSignGuard = (ports: SignGuardPorts): SignGuard => new Guard(ports)

class Guard implements SignGuard {
  readonly #book = new SlotBook<Said>()
  readonly #own: ReadonlySet<FeedId>
  #allowed = false
  #forbidden: string | null = null

  constructor(private readonly ports: SignGuardPorts) {
    this.#own = new Set(ports.ownFeeds)
  }

  get forbidden(): string | null {
    return this.#forbidden ?? (this.#allowed ? null : NOT_RECOVERED)
  }

  allow(): void {
    this.#allowed = true
  }

  forbid(reason: string): void {
    this.#forbidden ??= reason
  }

  vote(
    identity: NodeIdentity,
    draft: Draft,
    bytes: Uint8Array,
    durable: readonly MessageKey[],
  ): Promise<FeedMessage> {
    return this.#say(slotOf(draft), bytes, () => {
      const content = encodeBody(signedBody(draft, sign(identity, bytes)))
      return this.ports.append(identity, content, { durable, isPatient: true })
    })
  }

  publish(
    identity: NodeIdentity,
    body: UnvotedBody,
    durable: readonly MessageKey[] = [],
  ): Promise<FeedMessage> {
    const content = encodeBody(body)
    return this.#say(slotOf(body), contentBytes(content), () =>
      // A client that waits for its transaction hears of a failing disk at once; everything else is said later.
      this.ports.append(identity, content, { durable, isPatient: body.type !== 'transaction' }),
    )
  }

  remember({ author, body, key }: FeedMessage): void {
    if (!this.#own.has(author) || body.type === 'junk') return
    const slot = slotOf(body)
    if (slot === null) return
    const bytes = this.#bytesOf(body)
    const before = this.#book.claim(slot, bytes)
    if (before.claim === 'other') this.#conflict(slot, before.bytes, bytes)
    else if (before.claim === 'free') this.#book.take(slot, bytes, { key })
  }

  async #say(slot: Slot | null, bytes: Uint8Array, append: () => Promise<FeedMessage>): Promise<FeedMessage> {
    if (this.forbidden !== null) {
      throw new CodedError('signing-forbidden', 'this node may not sign', { reason: this.forbidden })
    }
    if (slot === null) return append()
    const before = this.#book.claim(slot, bytes)
    switch (before.claim) {
      case 'below':
        throw new CodedError('slot-forgotten', 'too far back to know what was signed there', { ...slot })
      case 'other':
        throw this.#conflict(slot, before.bytes, bytes)
      case 'same':
        // Its earlier write failed: the same bytes are tried again.
        return before.said === null ? this.#append(slot, bytes, append) : this.#published(before.said)
      case 'free':
        return this.#append(slot, bytes, append)
    }
  }

  async #append(slot: Slot, bytes: Uint8Array, append: () => Promise<FeedMessage>): Promise<FeedMessage> {
    const publishing = append()
    this.#book.take(slot, bytes, { publishing })
    try {
      const message = await publishing
      this.#book.take(slot, bytes, { key: message.key })
      return message
    } catch (error) {
      // Whatever the disk kept of it: these bytes may be tried again, and no others.
      this.#book.take(slot, bytes, null)
      throw error
    }
  }

  async #published(said: NonNullable<Said>): Promise<FeedMessage> {
    if ('publishing' in said) return said.publishing
    const message = await this.ports.messageByKey(said.key)
    if (message === undefined) throw new CodedError('log-unreadable', 'an own message is missing', said)
    return message
  }

  #conflict(slot: Slot, signed: Uint8Array, refused: Uint8Array): CodedError {
    const facts = { ...slot, signed: toHex(signed), refused: toHex(refused) }
    if (this.#forbidden === null) this.ports.onConflict(facts)
    this.forbid('slot-taken')
    return new CodedError('slot-taken', 'other bytes were signed in this slot', facts)
  }

  #bytesOf(body: Body): Uint8Array {
    if (!isVote(body)) return contentBytes(encodeBody(body))
    const { chainId, epochAt } = this.ports
    return voteBytes({ round: 0, ...body, chainId, epoch: epochAt(body.height), stage: stageOf(body) })
  }
}

const contentBytes = (content: object): Uint8Array => utf8(JSON.stringify(content))

const isVote = (body: Body): body is VoteBody => 'signature' in body

const signedBody = (draft: Draft, signature: Signature): VoteBody => {
  switch (draft.type) {
    case 'precommit':
    case 'commit':
    case 'seal':
      return { ...draft, signature }
    default:
      throw new TypeError(`${draft.type} carries no signature of its own`)
  }
}
