import { ByteReader, fromHex, toHex } from '../../util/index.js'
import { oceanError } from './errors.js'

/**
 * Bitcoin's byte formats: little-endian numbers, compact sizes, and ids whose hexadecimal text runs backwards. The
 * text form is the only one the rest of the code sees; the order of bytes inside is known here alone.
 */

/** What the real node refuses to allocate for, whatever the bytes promise. */
const MAX_SIZE = 0x02000000

/** 32 bytes as the node prints them: in reverse. Transaction ids, block hashes, assets, entropies. */
export const idOf = (bytes: Uint8Array): string => toHex(bytes.slice().reverse())

/** The bytes behind a printed id. @throws CodedError `malformed-hex` */
export const bytesOfId = (id: string): Uint8Array => fromHex(id, 32).slice().reverse()

export const NULL_ID = '00'.repeat(32)

/** Hexadecimal of either case, as RPC callers send it. @throws CodedError `malformed-hex` */
export const bytesOfHex = (hex: string): Uint8Array => fromHex(hex.toLowerCase())

export class WireReader {
  readonly #bytes: ByteReader

  constructor(bytes: Uint8Array) {
    this.#bytes = new ByteReader(bytes)
  }

  get remaining(): number {
    return this.#bytes.remaining
  }

  take(size: number): Uint8Array {
    return this.#bytes.take(size)
  }

  u8(): number {
    return this.#bytes.u8()
  }

  u32(): number {
    const { buffer, byteOffset } = this.take(4)
    return new DataView(buffer, byteOffset).getUint32(0, true)
  }

  i32(): number {
    return this.u32() | 0
  }

  /** Big-endian, as Elements writes explicit values. */
  u64be(): bigint {
    return this.#bytes.u64()
  }

  id(): string {
    return idOf(this.take(32))
  }

  /** @throws CodedError `non-canonical-size` */
  compactSize(): number {
    const first = this.u8()
    if (first < 0xfd) return first
    const width = first === 0xfd ? 2 : first === 0xfe ? 4 : 8
    const least = first === 0xfd ? 0xfd : first === 0xfe ? 0x10000 : 0x100000000
    const value = this.take(width).reduceRight((sum, byte) => sum * 256 + byte, 0)
    if (value < least || value > MAX_SIZE) throw oceanError('non-canonical-size', `${value} is no valid size`)
    return value
  }

  /** A count of things of at least `leastSize` bytes each: never more of them than bytes are left for. */
  count(leastSize: number): number {
    const count = this.compactSize()
    if (count * leastSize > this.remaining) {
      throw oceanError('truncated-bytes', `${count} entries are promised, ${this.remaining} bytes are left`)
    }
    return count
  }

  bytes(): Uint8Array {
    return this.take(this.compactSize())
  }

  list<T>(leastSize: number, read: () => T): T[] {
    return Array.from({ length: this.count(leastSize) }, read)
  }

  end(): void {
    this.#bytes.end()
  }
}

const littleEndian = (value: number, size: number): Uint8Array => {
  const out = new Uint8Array(size)
  for (let i = 0, rest = value; i < size; i++, rest = Math.floor(rest / 256)) out[i] = rest % 256
  return out
}

export const u32le = (value: number): Uint8Array => littleEndian(value >>> 0, 4)

export const compactSize = (value: number): Uint8Array => {
  if (value < 0xfd) return Uint8Array.of(value)
  if (value < 0x10000) return Uint8Array.of(0xfd, ...littleEndian(value, 2))
  return Uint8Array.of(0xfe, ...littleEndian(value, 4))
}

/** Bytes after their length. */
export const sized = (bytes: Uint8Array): Uint8Array => {
  const size = compactSize(bytes.length)
  const out = new Uint8Array(size.length + bytes.length)
  out.set(size)
  out.set(bytes, size.length)
  return out
}
