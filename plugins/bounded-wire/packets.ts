/**
 * The framing of muxrpc: one byte of flags, u32 length, i32 request number, body; a length of zero says goodbye. As
 * the stock codec has it, but for a bound: the length is the peer's word, up to 4 GiB, and whoever waits for that much
 * keeps all of it.
 */
export interface Packet {
  readonly req: number
  readonly stream: boolean
  readonly end: boolean
  readonly value: unknown
}

export const GOODBYE = 'GOODBYE'

/** What the other side of a connection sends: `GOODBYE` is the last of it. */
export type Incoming = Packet | typeof GOODBYE

const HEAD_BYTES = 9
const BUFFER = 0
const STRING = 1
const JSON_VALUE = 2
const END = 4
const STREAM = 8
const TYPE = 3

/** What muxrpc hands to be sent: an error as `end` may stand where a value would. */
export interface Outgoing {
  readonly req?: number
  readonly stream?: boolean
  readonly end?: unknown
  readonly value?: unknown
}

export const encodePacket = (packet: Outgoing | typeof GOODBYE): Buffer => {
  if (packet === GOODBYE) return Buffer.alloc(HEAD_BYTES)
  const { req = 0, stream = false, end = false, value } = packet
  const [type, body] = encodeBody(value === undefined ? end : value)
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + body.length)
  bytes[0] = (stream ? STREAM : 0) | (end ? END : 0) | type
  bytes.writeUInt32BE(body.length, 1)
  bytes.writeInt32BE(req, 5)
  body.copy(bytes, HEAD_BYTES)
  return bytes
}

const encodeBody = (value: unknown): [type: number, body: Buffer] => {
  if (typeof value === 'string') return [STRING, Buffer.from(value)]
  if (Buffer.isBuffer(value)) return [BUFFER, value]
  return [JSON_VALUE, Buffer.from(JSON.stringify(value))]
}

export type Decoded = Incoming | 'oversized-packet' | 'malformed-packet'

/** Large enough that most packets never make it grow. */
const SMALL_BYTES = 16 * 1024

/**
 * Packets out of whatever pieces the socket brings. They are copied into one buffer that grows by doubling: a peer that
 * sends a long packet byte by byte costs no more memory than its length, and each byte is copied a few times at most.
 */
export class PacketDecoder {
  #buffer = Buffer.allocUnsafe(SMALL_BYTES)
  #start = 0
  #end = 0

  constructor(private readonly packetBytes: number) {}

  add(bytes: Buffer): void {
    const size = this.#end - this.#start
    if (this.#end + bytes.length > this.#buffer.length) this.#make(size + bytes.length)
    this.#end += bytes.copy(this.#buffer, this.#end)
  }

  /** The next whole packet, or what is wrong with it; undefined until more arrives. */
  next(): Decoded | undefined {
    const size = this.#end - this.#start
    if (size < HEAD_BYTES) return undefined
    const length = this.#buffer.readUInt32BE(this.#start + 1)
    if (length > this.packetBytes) return 'oversized-packet'
    if (size < HEAD_BYTES + length) return undefined
    const packet = this.#buffer.subarray(this.#start, this.#start + HEAD_BYTES + length)
    this.#start += packet.length
    const decoded = length === 0 ? GOODBYE : decode(packet, packet.subarray(HEAD_BYTES))
    if (this.#start === this.#end) this.#empty()
    return decoded
  }

  /** Room for this many bytes in all, with what is held moved to the front. */
  #make(bytes: number): void {
    const held = this.#buffer.subarray(this.#start, this.#end)
    const roomy = bytes <= this.#buffer.length / 2
    const next = roomy ? this.#buffer : Buffer.allocUnsafe(Math.max(SMALL_BYTES, 2 * bytes))
    this.#end = held.copy(next)
    this.#start = 0
    this.#buffer = next
  }

  #empty(): void {
    this.#start = 0
    this.#end = 0
    if (this.#buffer.length > SMALL_BYTES) this.#buffer = Buffer.allocUnsafe(SMALL_BYTES)
  }
}

const decode = (head: Buffer, body: Buffer): Decoded => {
  const flags = head.readUInt8(0)
  const value = decodeBody(flags & TYPE, body)
  if (value === undefined) return 'malformed-packet'
  return {
    req: head.readInt32BE(5),
    stream: (flags & STREAM) !== 0,
    end: (flags & END) !== 0,
    value,
  }
}

/** Undefined if it is nothing that this type may be: JSON itself knows no such value. */
const decodeBody = (type: number, body: Buffer): unknown => {
  // The bytes are overwritten by the next packet.
  if (type === BUFFER) return Buffer.from(body)
  if (type === STRING) return body.toString()
  if (type !== JSON_VALUE) return undefined
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
