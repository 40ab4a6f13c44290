import { AssertionError, CodedError } from '../src/util/index.js'
import { expectShape, load } from './patch.js'
import type { SsbPlugin } from './types/index.js'

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
    listeners.add(onFault)
    sbot.close.hook((proceed, parameters) => {
      listeners.delete(onFault)
      return proceed(...parameters)
    })
    return undefined
  },
})

export interface WireFault {
  /** `malformed-packet`: refused before it was handled. `packet-handler-failed`: the handler threw `cause`. */
  readonly code: 'malformed-packet' | 'packet-handler-failed'
  readonly cause: unknown
}

interface Packet {
  /** Positive: a request or stream that the peer began; negative: an answer to one of ours. */
  readonly req: number
  readonly stream: boolean
  readonly end: boolean
  readonly value: unknown
}

interface PacketStream {
  write(packet: Packet | null, end?: unknown): void
  destroy(error: Error): void
}

const listeners = new Set<(fault: WireFault) => void>()
let guarded = false

const guardPackets = (): void => {
  if (guarded) return
  const prototype = packetStreamPrototype()
  const write = Reflect.get(prototype, 'write')
  prototype.write = function (this: PacketStream, packet, end) {
    if (packet && isMalformed(packet)) return close(this, { code: 'malformed-packet', cause: null })
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

const close = (stream: PacketStream, fault: WireFault): void => {
  for (const listener of [...listeners]) listener(fault)
  stream.destroy(new CodedError(fault.code, 'the connection was closed because of what its peer sent'))
}

/** @throws CodedError `patch-mismatch` */
const packetStreamPrototype = (): PacketStream => {
  const create = load('packet-stream', 'muxrpc')
  expectShape('packet-stream', typeof create === 'function')
  const prototype: unknown = Object.getPrototypeOf((create as (options: object) => object)({}))
  expectShape('packet-stream', isPacketStream(prototype))
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
