import {
  classicSize,
  encodeBody,
  feedIdOf,
  MESSAGE_SIZE_LIMIT,
  NO_MESSAGE,
  TRANSACTIONS_PER_MESSAGE_LIMIT,
} from '../feeds/index.js'
import { toBase64 } from '../util/index.js'

/**
 * How much a feed message holds, known before it is published: SSB would let an author sign a message that every
 * receiver refuses, and so freeze its own feed for good.
 */

/** Size of a message with this many transactions of no bytes, every variable field at its widest. */
const envelopeSize = (count: number): number =>
  classicSize({
    previous: NO_MESSAGE,
    author: feedIdOf(new Uint8Array(32)),
    sequence: Number.MAX_SAFE_INTEGER,
    timestamp: Number.MAX_SAFE_INTEGER,
    hash: 'sha256',
    content: encodeBody({
      type: 'transaction',
      transactions: Array.from({ length: count }, () => new Uint8Array(0)),
    }),
    signature: `${toBase64(new Uint8Array(64))}.sig.ed25519`,
  })

const FIRST = envelopeSize(1)
const FURTHER = envelopeSize(2) - FIRST

const base64Size = (bytes: number): number => 4 * Math.ceil(bytes / 3)

/** UTF-16 code units that a message with transactions of these many bytes takes at most. */
export const laneMessageSize = (sizes: readonly number[]): number =>
  FIRST + (sizes.length - 1) * FURTHER + sizes.reduce((sum, size) => sum + base64Size(size), 0)

/** How many of these, from the front, fit into one message. 0 only if there are none or the first is too large. */
export const fitCount = (transactions: readonly Uint8Array[]): number => {
  let size = FIRST - FURTHER
  let count = 0
  for (const { length } of transactions) {
    size += FURTHER + base64Size(length)
    if (size > MESSAGE_SIZE_LIMIT || count === TRANSACTIONS_PER_MESSAGE_LIMIT) break
    count++
  }
  return count
}
