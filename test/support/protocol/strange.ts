import { createHash } from 'node:crypto'
import { type Hash, type MessageKey, messageKeyOf } from '../../../src/feeds/index.js'

/** A key of no message. */
export const strangeKey = (label: string): MessageKey =>
  messageKeyOf(new Uint8Array(createHash('sha256').update(label).digest()))

export const strangeHash = (label: string): Hash => createHash('sha256').update(label).digest('hex') as Hash
