import { AssertionError, CodedError } from '../src/util/index.js'
import { expectShape, load } from './patch.js'
import type { SsbPlugin } from './types/index.js'
import { onWireFault, tellWireFault, type WireFault } from './wire-faults.js'

/**
 * Cures D11: four bytes of a registered peer end the process. muxrpc and the replication protocol read properties
 * of whatever JSON arrives, so a packet that says `null` (as a request, as the start of a stream, or inside the
 * replication stream) throws in the middle of the socket's own handler, where nobody can catch it.
 *
 * Here a packet that no honest peer sends, or that makes its handler throw, closes the connection it came from.
 * Our own broken invariants still crash the node. Packets are read by one prototype for all stacks of a process.
 */
export const wireGuard = (onFault?: (fault: WireFault) => void): SsbPlugin => ({
  name: 'wireGuard',
  version: '1.0.0',
  manifest: {},

  init(sbot) {
    guardPackets()
    if (!onFault) return undefined
    const stop = onWireFault(onFault)
    sbot.close.hook((proceed, parameters) => {
      stop()
      return proceed(...parameters)
    })
    return undefined
  },
})

interface Packet {
  /** Positive: a request or stream that the peer began; negative: an answer to one of ours. */
  readonly req: number
  readonly stream: boolean
  readonly end: boolean
  readonly value: unknown
}

/** One direction of a stream within the connection; `read` is null where nobody reads it. */
interface Substream {
  readonly read: unknown
}

interface PacketStream {
  /** Streams that the peer began, and that we began, by number. */
  readonly _instreams: ReadonlyMap<number, Substream>
  readonly _outstreams: ReadonlyMap<number, Substream>
  write(packet: Packet | null, end?: unknown): void
  destroy(error: Error): void
}

/** Replication is one stream, a ping another; a reconnecting peer may have a few of each for a moment. */
const STREAMS_LIMIT = 32

let guarded = false

const guardPackets = (): void => {
  if (guarded) return
  const prototype = packetStreamPrototype()
  const write = Reflect.get(prototype, 'write')
  prototype.write = function (this: PacketStream, packet, end) {
    if (packet && isMalformed(packet)) return close(this, { code: 'malformed-packet', cause: null })
    if (packet?.stream) {
      if (isOneTooMany(this, packet)) return close(this, { code: 'too-many-streams', cause: null })
      if (isStray(this, packet)) return
    }
    try {
      write.call(this, packet, end)
    } catch (cause) {
      if (cause instanceof AssertionError) throw cause
      close(this, { code: 'packet-handler-failed', cause })
    }
  }
  guarded = true
}

/** Nothing is a null that a peer says first: answers may be null, requests and streamed items never are. */
const isMalformed = ({ req, stream, end, value }: Packet): boolean =>
  (value === null || value === undefined) && !end && (stream || req > 0)

const isOneTooMany = ({ _instreams }: PacketStream, { req }: Packet): boolean =>
  req > 0 && !_instreams.has(req) && _instreams.size >= STREAMS_LIMIT

/** Belongs to no stream that anybody reads. Stock, each such packet is printed, whole, to standard error. */
const isStray = ({ _instreams, _outstreams }: PacketStream, { req, end }: Packet): boolean => {
  if (req < 0) return !_outstreams.has(-req)
  const stream = _instreams.get(req)
  return stream !== undefined && !end && !stream.read
}

const close = (stream: PacketStream, fault: WireFault): void => {
  tellWireFault(fault)
  stream.destroy(new CodedError(fault.code, 'the connection was closed because of what its peer sent'))
}

/** @throws CodedError `patch-mismatch` */
const packetStreamPrototype = (): PacketStream => {
  const create = load('packet-stream', 'muxrpc')
  expectShape('packet-stream', typeof create === 'function')
  const sample = (create as (options: object) => object)({})
  const prototype: unknown = Object.getPrototypeOf(sample)
  expectShape('packet-stream', isPacketStream(prototype))
  for (const name of ['_instreams', '_outstreams']) {
    expectShape('packet-stream', Reflect.get(sample, name) instanceof Map)
  }
  return prototype as PacketStream
}

const isPacketStream = (value: unknown): value is PacketStream =>
  typeof value === 'object' &&
  value !== null &&
  'write' in value &&
  typeof value.write === 'function' &&
  value.write.length === 2 &&
  'destroy' in value &&
  typeof value.destroy === 'function'
