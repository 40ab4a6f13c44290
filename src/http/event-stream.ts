import type { FastifyReply, FastifyRequest } from 'fastify'
import { apiError } from '../api/index.js'

/** Server-sent events with bounds: a crowd of subscribers or a reader that does not read costs nothing lasting. */
export interface EventStreamLimits {
  readonly subscribers: number
  /** Unread bytes after which a slow reader is cut off; it may come back and is told the present state. */
  readonly backlogBytes: number
  /** A comment this often keeps proxies from closing an idle stream. */
  readonly heartbeatMs: number
}

const DEFAULT_LIMITS: EventStreamLimits = { subscribers: 512, backlogBytes: 1024 * 1024, heartbeatMs: 15_000 }

export interface EventStream {
  send(name: string, data: unknown): void
  /** Ends the stream in good order. */
  end(): void
  readonly closed: boolean
}

export class EventStreams {
  readonly #open = new Set<EventStream>()
  readonly #limits: EventStreamLimits

  constructor(limits: Partial<EventStreamLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  get count(): number {
    return this.#open.size
  }

  /** `onClose` runs once, whoever ends the stream. @throws CodedError `too-many-subscribers` */
  open(request: FastifyRequest, reply: FastifyReply, onClose: () => void): EventStream {
    if (this.#open.size >= this.#limits.subscribers) throw apiError('too-many-subscribers')
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
    const heartbeat = setInterval(() => write(': still here\n\n'), this.#limits.heartbeatMs)
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
      onClose()
    })
    return stream
  }

  closeAll(): void {
    for (const stream of this.#open) stream.end()
  }
}
