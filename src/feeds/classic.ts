import { fromBase64, fromLatin1, utf8 } from '../util/index.js'
import type { VerifySignature } from './certificate.js'
import { sha256 } from './hash.js'
import { feedIdBytes, type FeedId, isFeedId, isMessageKey, type MessageKey, messageKeyOf } from './ids.js'

/**
 * SSB's classic message format, as far as reading and verifying go, so that a verifier needs no SSB stack. Both
 * what is signed and what is hashed is the JSON text with two spaces of indentation, in the order of the fields
 * as received.
 */
export interface ClassicMessage {
  readonly previous: MessageKey | null
  readonly author: FeedId
  readonly sequence: number
  readonly timestamp: number
  readonly hash: 'sha256'
  readonly content: unknown
  /** Canonical base64 of 64 bytes, then `.sig.ed25519`. */
  readonly signature: string
}

const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==\.sig\.ed25519$/
const ORDERS = ['previous,author,sequence', 'previous,sequence,author'].map(
  (start) => `${start},timestamp,hash,content,signature`,
)

/** UTF-16 code units of the whole message, as SSB counts its limit of 8192. */
export const classicSize = (value: ClassicMessage): number => text(value).length

/**
 * The shape alone. Exactly the seven fields in their order and a canonical signature: anything looser would let
 * a stranger give one signed message a second key, and so forge a fork.
 */
export const isClassicMessage = (value: unknown): value is ClassicMessage => {
  if (typeof value !== 'object' || value === null || !ORDERS.includes(Object.keys(value).join())) return false
  const { previous, author, sequence, timestamp, hash, content, signature } = value as Record<string, unknown>
  return (
    (previous === null || isMessageKey(previous)) &&
    isFeedId(author) &&
    Number.isSafeInteger(sequence) &&
    Number(sequence) >= 1 &&
    (sequence === 1) === (previous === null) &&
    Number.isFinite(timestamp) &&
    hash === 'sha256' &&
    (typeof content === 'string' ||
      (typeof content === 'object' && content !== null && !Array.isArray(content) && isShallow(content))) &&
    typeof signature === 'string' &&
    SIGNATURE.test(signature)
  )
}

/** Printed with its indentation, anything nested deeper than this is longer than a message may be. */
const DEPTH_LIMIT = 128

/** Whether JSON can be printed without exhausting the stack: a stranger's may be nested as deep as it likes. */
const isShallow = (content: object, levels = DEPTH_LIMIT): boolean =>
  levels > 0 &&
  Object.values(content).every(
    (child) => typeof child !== 'object' || child === null || isShallow(child as object, levels - 1),
  )

/** What SSB signs, but for the signature, and hashes: whoever holds this text can verify the message. */
export const classicText = (value: ClassicMessage): string => text(value)

/**
 * Does the log give this content back as it was written? It loses half of a surrogate pair and a field called
 * `__proto__`, so that a message with them would be another one, under no signature, after a restart. Such a message is
 * therefore not taken into a feed, by nobody.
 */
export const isKeptWhole = (content: unknown): boolean => {
  if (typeof content === 'string') return content.isWellFormed()
  if (typeof content !== 'object' || content === null) return true
  return Object.entries(content).every(
    ([name, value]) => name !== '__proto__' && name.isWellFormed() && isKeptWhole(value),
  )
}

/** SSB hashes the low byte of each UTF-16 unit, not UTF-8; for the ASCII that we write the two agree. */
export const messageKeyOfValue = (value: ClassicMessage): MessageKey => messageKeyOfText(text(value))

/** The same, for whoever has the message's `classicText` already. */
export const messageKeyOfText = (classic: string): MessageKey => messageKeyOf(sha256(fromLatin1(classic)))

/** Is the author's signature good? `hmacKey` is null: our networks are kept apart by their network key instead. */
export const verifyMessageSignature = (
  value: ClassicMessage,
  hmacKey: null,
  verify: VerifySignature,
): boolean => {
  const { signature, ...unsigned } = value
  if (hmacKey !== null || !SIGNATURE.test(signature)) return false
  return verify(feedIdBytes(value.author), utf8(text(unsigned)), fromBase64(signature.slice(0, 88), 64))
}

/**
 * The same, for whoever has the message's `classicText` already: the signature stands last in it, and what was signed is
 * the text without it.
 */
export const verifyTextSignature = (
  classic: string,
  { author, signature }: ClassicMessage,
  verify: VerifySignature,
): boolean => {
  const last = `,\n  "signature": "${signature}"\n}`
  if (!SIGNATURE.test(signature) || !classic.endsWith(last)) return false
  const signed = `${classic.slice(0, -last.length)}\n}`
  return verify(feedIdBytes(author), utf8(signed), fromBase64(signature.slice(0, 88), 64))
}

const text = (value: object): string => JSON.stringify(value, null, 2)
