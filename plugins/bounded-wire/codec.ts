import { CodedError } from '../../src/util/index.js'
import { expectShape, load, patchOnce, replaceModule } from '../patch.js'
import { tellWireFault, type WireFaultCode } from '../wire-faults.js'
import { encodePacket, GOODBYE, type Incoming, type Outgoing, PacketDecoder } from './packets.js'
import { SendQueue, type SendQueueLimits } from './send-queue.js'

/**
 * Cures D17: a peer can make the stack hold any amount of memory for it, by announcing a long packet and sending it,
 * or by asking and not reading the answers. Here both directions of a connection are bounded; past the bound the
 * connection is closed, and nothing else is affected.
 */
const MODULE = 'packet-stream-codec'

export interface WireLimits extends SendQueueLimits {
  /** Longest packet taken: a full page of the exchange, or a clock of some 60,000 feeds. */
  readonly packetBytes: number
}

export const WIRE_LIMITS: WireLimits = {
  packetBytes: 4 * 1024 * 1024,
  unreadBytes: 64 * 1024 * 1024,
  stallMs: 60_000,
}

export type Read<T> = (
  abort: Error | true | null,
  callback: (end: Error | true | null, item?: T) => void,
) => void

export interface Duplex<In, Out> {
  readonly source: Read<Out>
  readonly sink: (read: Read<In>) => void
}

export const installBoundedWire = (): void =>
  patchOnce('bounded-wire', () => {
    const original = load(MODULE, 'muxrpc')
    expectShape(MODULE, typeof original === 'function' && original.length === 2 && 'decodeHead' in original)
    replaceModule(MODULE, (stream: Duplex<Incoming, Outgoing>) => boundedCodec(stream, WIRE_LIMITS), 'muxrpc')
  })

/** Turns packets into bytes and back, within the limits. Exported for its test. */
export const boundedCodec = (
  stream: Duplex<Incoming, Outgoing | typeof GOODBYE>,
  limits: WireLimits,
): Duplex<Buffer, Buffer> => {
  const fail = (code: WireFaultCode): void => {
    tellWireFault({ code, cause: null })
    const error = new CodedError(code, 'the connection was closed because of its peer')
    queue.end(error)
    // Ends all that goes on over this connection; what it still says goes nowhere.
    stream.source(error, () => undefined)
  }
  const queue: SendQueue = new SendQueue(limits, fail)
  pump(stream.source, queue)
  return {
    source: (abort, callback) => {
      if (abort === null || !abort) return queue.take(callback)
      queue.end(true)
      queue.clear()
      stream.source(abort, () => callback(abort))
    },
    sink: (read) => stream.sink(decoded(read, limits, fail)),
  }
}

/** Moves packets on as they come, so that what waits for the peer waits here, as bytes, and is counted. */
const pump = (source: Read<Outgoing | typeof GOODBYE>, queue: SendQueue): void => {
  let isNested = false
  let again = true
  const next = (): void => {
    if (isNested) {
      again = true
      return
    }
    isNested = true
    while (again) {
      again = false
      source(null, (end, packet) => {
        if (end) return queue.end(end)
        if (packet !== undefined) queue.push(encodePacket(packet))
        again = true
        next()
      })
    }
    isNested = false
  }
  next()
}

const decoded = (
  read: Read<Buffer>,
  limits: WireLimits,
  fail: (code: WireFaultCode) => void,
): Read<Incoming> => {
  const decoder = new PacketDecoder(limits.packetBytes)
  let isOver = false
  const give: Read<Incoming> = (abort, callback) => {
    if (abort) return read(abort, (end) => callback(end ?? abort))
    if (isOver) return callback(true)
    const packet = decoder.next()
    if (packet === undefined) {
      return read(null, (end, bytes) => {
        if (end || bytes === undefined) return callback(end ?? true)
        decoder.add(bytes)
        give(null, callback)
      })
    }
    if (packet === 'oversized-packet' || packet === 'malformed-packet') {
      isOver = true
      fail(packet)
      return read(true, () => callback(true))
    }
    isOver = packet === GOODBYE
    callback(null, packet)
  }
  return give
}
