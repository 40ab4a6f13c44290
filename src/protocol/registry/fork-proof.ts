import {
  type ClassicMessage,
  classicText,
  type FeedId,
  type Hash,
  hashHex,
  hashTagged,
  isClassicMessage,
  messageKeyBytes,
  messageKeyOfValue,
  verifyForkProof,
  type VerifySignature,
} from '../../feeds/index.js'
import { ByteReader, compareBytes, concat, u16, utf8 } from '../../util/index.js'

/**
 * A proof of a fork as bytes: two feed messages, each as the very text that SSB hashes and signs, so that whoever
 * holds the bytes can verify both.
 *
 *     u16 size of the first in bytes | UTF-8 of the first | UTF-8 of the second          ascending by message key
 */
export const encodeForkProof = (a: ClassicMessage, b: ClassicMessage): Uint8Array => {
  const [first, second] = compareBytes(keyBytes(a), keyBytes(b)) <= 0 ? [a, b] : [b, a]
  const text = utf8(classicText(first))
  return concat(u16(text.length), text, utf8(classicText(second)))
}

const keyBytes = (message: ClassicMessage): Uint8Array => messageKeyBytes(messageKeyOfValue(message))

/** Names a proof: `H("bf/fork-proof/v1" | bytes)`. */
export const forkProofHash = (bytes: Uint8Array): Hash => hashHex(hashTagged('bf/fork-proof/v1', bytes))

/** Whether these bytes prove that the owner of this lane forked it. Depends on its arguments alone; never throws. */
export const provesFork = (lane: FeedId, bytes: Uint8Array, verify: VerifySignature): boolean => {
  const reader = new ByteReader(bytes)
  if (reader.remaining < 2) return false
  const size = reader.u16()
  if (size > reader.remaining) return false
  const a = readMessage(reader.take(size))
  const b = readMessage(reader.take(reader.remaining))
  return a?.author === lane && b !== null && verifyForkProof(a, b, verify).verdict === 'accept'
}

/** Exactly one text for one message: whatever a parser would forgive is refused. */
const readMessage = (bytes: Uint8Array): ClassicMessage | null => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    return isClassicMessage(value) && classicText(value) === text ? value : null
  } catch {
    return null
  }
}
