import { ByteReader, concat, u32, u8 } from '../../../util/index.js'
import type { Coin } from '../../chain/index.js'
import { encodeOutput, readOutput, WireReader } from '../../codec/index.js'

/** Values of the store as bytes, and the keys they stand under. Heights are written so that they sort as numbers. */

const PREFIX = {
  block: 'b',
  header: 'h',
  transaction: 't',
  coin: 'c',
  listed: 'w',
  note: 'n',
  fork: 'f',
  proof: 'p',
} as const

export type RecordKind = keyof typeof PREFIX

export const keyOf = (kind: RecordKind, name: string): string => `${PREFIX[kind]}:${name}`

export const nameIn = (key: string): string => key.slice(2)

/** All keys of a kind. */
export const rangeOf = (kind: RecordKind) => ({ gte: `${PREFIX[kind]}:`, lt: `${PREFIX[kind]};` })

export const heightName = (height: number): string => height.toString(16).padStart(8, '0')

export const encodeCoin = ({ output, height, isCoinbase }: Coin): Uint8Array =>
  concat(u32(height), u8(isCoinbase ? 1 : 0), encodeOutput(output))

/** @throws CodedError of the codec */
export const decodeCoin = (bytes: Uint8Array): Coin => {
  const head = new ByteReader(bytes.subarray(0, 5))
  const [height, flag] = [head.u32(), head.u8()]
  const reader = new WireReader(bytes.subarray(5))
  const output = readOutput(reader)
  reader.end()
  return { output, height, isCoinbase: flag === 1 }
}
