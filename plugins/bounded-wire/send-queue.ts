/**
 * What waits for one peer, in bytes. Stock, answers and replicated messages pile up without bound for a peer that does
 * not read. Here a connection that holds too much, or that takes nothing for too long, is over.
 */
export interface SendQueueLimits {
  readonly unreadBytes: number
  /** How long something may wait without the peer taking anything. */
  readonly stallMs: number
}

export type SendFault = 'unread-backlog' | 'unread-too-long'

type Take = (end: Error | true | null, bytes?: Buffer) => void

export class SendQueue {
  readonly #waiting: Buffer[] = []
  #bytes = 0
  #take: Take | undefined
  #end: Error | true | undefined
  #timer: NodeJS.Timeout | undefined
  /** Something was taken since the timer was armed. */
  #moved = false

  constructor(
    private readonly limits: SendQueueLimits,
    private readonly failed: (fault: SendFault) => void,
  ) {}

  get bytes(): number {
    return this.#bytes
  }

  push(bytes: Buffer): void {
    if (this.#end !== undefined) return
    const take = this.#take
    if (take !== undefined) {
      this.#take = undefined
      return take(null, bytes)
    }
    this.#waiting.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes > this.limits.unreadBytes) return this.failed('unread-backlog')
    this.#watch()
  }

  /** Gives the next bytes, at once or as soon as there are some. */
  take(take: Take): void {
    const bytes = this.#waiting.shift()
    if (bytes !== undefined) {
      this.#bytes -= bytes.length
      this.#moved = true
      return take(null, bytes)
    }
    if (this.#end !== undefined) return take(this.#end)
    this.#take = take
  }

  /** Nothing more comes; an error throws away what waits, and `true` does not. */
  end(reason: Error | true): void {
    if (this.#end !== undefined) return
    this.#end = reason
    if (reason !== true) this.clear()
    const take = this.#take
    this.#take = undefined
    take?.(reason)
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
    this.#bytes = 0
  }

  #watch(): void {
    if (this.#timer !== undefined) return
    this.#moved = false
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#bytes === 0) return
      if (this.#moved) this.#watch()
      else this.failed('unread-too-long')
    }, this.limits.stallMs)
    this.#timer.unref()
  }
}
