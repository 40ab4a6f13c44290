import { apiError } from '../api/index.js'
import { type FeedMessage, TRANSACTIONS_PER_MESSAGE_LIMIT } from '../feeds/index.js'
import { assert } from '../util/index.js'
import { fitCount } from './lane-message.js'

/** Where a transaction came to stand in the own lane. */
export interface Published {
  readonly message: FeedMessage
  readonly index: number
}

interface Waiting {
  readonly bytes: Uint8Array
  readonly resolve: (published: Published) => void
  readonly reject: (error: unknown) => void
}

type Publish = (transactions: readonly Uint8Array[]) => Promise<FeedMessage>

/**
 * Gathers transactions into feed messages, in the order in which they came. The first after a pause goes out at
 * once; then a message goes when it is full or `laneBatchMs` after the one before, so an idle network is quick and a
 * busy one sends few, full messages. One message is on its way at a time.
 */
export class LanePublisher {
  readonly #waiting: Waiting[] = []
  #publishing: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #lastStart = -Infinity
  #closed = false

  constructor(
    private readonly publish: Publish,
    private readonly laneBatchMs: number,
    /** Monotonic milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  get waitingCount(): number {
    return this.#waiting.length
  }

  /** Resolves once durable. @throws CodedError `publish-failed`; `not-ready` after `close`. */
  add(bytes: Uint8Array): Promise<Published> {
    assert(fitCount([bytes]) === 1, 'only what fits into a message is queued')
    if (this.#closed) return Promise.reject(apiError('not-ready'))
    const published = new Promise<Published>((resolve, reject) =>
      this.#waiting.push({ bytes, resolve, reject }),
    )
    this.#pump()
    return published
  }

  /** Refuses what is still waiting, and resolves once nothing is on its way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopTimer()
    for (const { reject } of this.#waiting.splice(0)) reject(apiError('not-ready'))
    await this.#publishing
  }

  #pump(): void {
    if (this.#publishing || this.#waiting.length === 0) return
    const next = this.#waiting.slice(0, TRANSACTIONS_PER_MESSAGE_LIMIT)
    const count = fitCount(next.map(({ bytes }) => bytes))
    const full = count < next.length || count === TRANSACTIONS_PER_MESSAGE_LIMIT
    const delayMs = full ? 0 : this.#lastStart + this.laneBatchMs - this.now()
    if (delayMs > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = null
        this.#pump()
      }, delayMs)
      return
    }
    this.#stopTimer()
    this.#lastStart = this.now()
    this.#publishing = this.#send(this.#waiting.splice(0, count)).finally(() => {
      this.#publishing = null
      this.#pump()
    })
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    try {
      const message = await this.publish(batch.map(({ bytes }) => bytes))
      batch.forEach(({ resolve }, index) => resolve({ message, index }))
    } catch (cause) {
      const error = apiError('publish-failed', {}, undefined, { cause })
      for (const { reject } of batch) reject(error)
    }
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
