import { ByteReader, CodedError, concat, fromBase64, toBase64, u16, u32 } from '../../util/index.js'
import { messageKeyBytes, messageKeyOf, type Signature } from '../ids.js'
import { MESSAGENODE_LIMIT, VALIDATOR_LIMIT } from '../limits.js'
import type { LaneAdvance, Seen } from '../message.js'

/**
 * Lists as one base64 string of fixed-width binary: arrays of objects would not fit a message at n = 100
 * (protocol section 4). Every list refuses with `malformed-base64`, `list-width` (not whole entries) or
 * `list-length` (too few or too many), and the ordered ones with a code of their own.
 */
export interface PackedList<Entry> {
  decode(text: string): Entry[]
  encode(entries: readonly Entry[]): string
}

interface Layout<Entry> {
  readonly width: number
  readonly least: number
  readonly most: number
  readonly read: (reader: ByteReader) => Entry
  readonly write: (entry: Entry) => Uint8Array
  /** Strictly ascending by this number, or refused with this code. */
  readonly order?: { readonly by: (entry: Entry) => number; readonly code: string }
}

const list = <Entry>({ width, least, most, read, write, order }: Layout<Entry>): PackedList<Entry> => ({
  encode: (entries) => toBase64(concat(...entries.map(write))),
  decode(text) {
    const bytes = fromBase64(text)
    if (bytes.length % width !== 0) throw new CodedError('list-width', 'a packed list holds whole entries')
    const count = bytes.length / width
    if (count < least || count > most) throw new CodedError('list-length', `a list of ${count} entries`)
    const reader = new ByteReader(bytes)
    const entries = Array.from({ length: count }, () => read(reader))
    if (order !== undefined && !ascending(entries.map(order.by)))
      throw new CodedError(order.code, 'a packed list is not strictly ascending')
    return entries
  },
})

export const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((number, place) => place === 0 || number > (numbers[place - 1] ?? Infinity))

/** u16 validator index each. Their order is a rule on certificates, not on form: see `verifyCertificate`. */
export const signers = list<number>({
  width: 2,
  least: 1,
  most: VALIDATOR_LIMIT,
  read: (reader) => reader.u16(),
  write: u16,
})

/** 64 bytes each. */
export const signatures = list<Signature>({
  width: 64,
  least: 1,
  most: VALIDATOR_LIMIT,
  read: (reader) => toBase64(reader.take(64)) as Signature,
  write: (signature) => fromBase64(signature, 64),
})

/** u16 lane, u32 sequence, 32-byte key; strictly ascending by lane, or `unsorted-cut`. */
export const cut = list<LaneAdvance>({
  width: 38,
  least: 1,
  most: VALIDATOR_LIMIT,
  read: (reader) => ({ lane: reader.u16(), sequence: reader.u32(), tip: messageKeyOf(reader.take(32)) }),
  write: ({ lane, sequence, tip }) => concat(u16(lane), u32(sequence), messageKeyBytes(tip)),
  order: { by: ({ lane }) => lane, code: 'unsorted-cut' },
})

/** u32 sequence per lane, in registry order. */
export const have = list<number>({
  width: 4,
  least: 1,
  most: VALIDATOR_LIMIT,
  read: (reader) => reader.u32(),
  write: u32,
})

/** u16 Messagenode, u32 sequence, 32-byte key; strictly ascending by Messagenode, or `unsorted-seen`. */
export const seen = list<Seen>({
  width: 38,
  least: 0,
  most: MESSAGENODE_LIMIT - 1,
  read: (reader) => ({
    messagenode: reader.u16(),
    sequence: reader.u32(),
    key: messageKeyOf(reader.take(32)),
  }),
  write: ({ messagenode, sequence, key }) => concat(u16(messagenode), u32(sequence), messageKeyBytes(key)),
  order: { by: ({ messagenode }) => messagenode, code: 'unsorted-seen' },
})
