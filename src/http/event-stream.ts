import type { FastifyReply, FastifyRequest } from 'fastify'
import { apiError } from '../api/index.js'
import { addressOf } from './access.js'

/** Server-sent events with bounds: a crowd of subscribers or a reader that does not read costs nothing lasting. */
export interface EventStreamLimits {
  readonly subscribers: number
  /** So that one client does not keep all others from subscribing. */
  readonly subscribersPerAddress: number
  /** Unread bytes after which a slow reader is cut off; it may come back and is told the present state. */
  readonly backlogBytes: number
  /** A comment this often keeps proxies from closing an idle stream. */
  readonly heartbeatMs: number
}

const DEFAULT_LIMITS: EventStreamLimits = {
  subscribers: 512,
  subscribersPerAddress: 128,
  backlogBytes: 1024 * 1024,
  heartbeatMs: 15_000,
}

export interface EventStream {
  send(name: string, data: unknown): void
  /** Ends the stream in good order. */
  end(): void
  readonly closed: boolean
}

export class EventStreams {
  readonly #open = new Set<EventStream>()
  readonly #perAddress = new Map<string, number>()
  readonly #limits: EventStreamLimits

  constructor(limits: Partial<EventStreamLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  get count(): number {
    return this.#open.size
  }

  /** `onClose` runs once, whoever ends the stream. @throws CodedError `too-many-subscribers` */
  open(request: FastifyRequest, reply: FastifyReply, onClose: () => void): EventStream {
    const address = addressOf(request.socket.remoteAddress)
    const ofAddress = this.#perAddress.get(address) ?? 0
    const { subscribers, subscribersPerAddress } = this.#limits
    if (this.#open.size >= subscribers || ofAddress >= subscribersPerAddress) {
      throw apiError('too-many-subscribers')
    }
    this.#perAddress.set(address, ofAddress + 1)
    reply.hijack()
    const { raw } = reply
    // The time allowed for a request says nothing about how long its answer may last.
    request.raw.setTimeout(0)
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    raw.flushHeaders()
    const write = (text: string): void => {
      raw.write(text)
      if (raw.writableLength > this.#limits.backlogBytes) raw.destroy()
    }
    let takenAt: number | null = null
    const heartbeat = setInterval(() => {
      // Something waits, and nothing was taken since the last sign of life.
      const taken = raw.writableLength === 0 ? null : takenOf(raw)
      if (taken !== null && taken === takenAt) return void raw.destroy()
      takenAt = taken
      write(': still here\n\n')
    }, this.#limits.heartbeatMs)
    heartbeat.unref()
    let closed = false
    const stream: EventStream = {
      get closed() {
        return closed
      },
      send: (name, data) => {
        if (!closed) write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
      },
      end: () => raw.end(),
    }
    this.#open.add(stream)
    raw.once('close', () => {
      closed = true
      clearInterval(heartbeat)
      this.#open.delete(stream)
      this.#left(address)
      onClose()
    })
    return stream
  }

  #left(address: string): void {
    const left = (this.#perAddress.get(address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(address, left)
    else this.#perAddress.delete(address)
  }

  closeAll(): void {
    for (const stream of this.#open) stream.end()
  }
}

/** Grows only while the client takes something; what still waits counts on both sides. */
const takenOf = ({ socket }: FastifyReply['raw']): number =>
  socket ? socket.bytesWritten - socket.writableLength : 0
