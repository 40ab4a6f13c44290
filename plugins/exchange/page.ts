import { classicSize, type ClassicMessage } from '../../src/feeds/index.js'
import type { ExchangeLimits } from './limits.js'

/** The messages of one answer, bounded in count, size and time. */
export class Page {
  readonly messages: ClassicMessage[] = []
  readonly #deadline: number
  #size = 0

  constructor(private readonly limits: ExchangeLimits) {
    this.#deadline = performance.now() + limits.callMs
  }

  /** Messages that may still fit. */
  get room(): number {
    if (this.messages.length > 0 && performance.now() >= this.#deadline) return 0
    return this.limits.messagesPerPage - this.messages.length
  }

  /** False, and nothing added, if the message does not fit. The first always does: every page makes progress. */
  add(message: ClassicMessage): boolean {
    const size = classicSize(message)
    const fits = this.#size + size <= this.limits.pageSize && this.room > 0
    if (!fits && this.messages.length > 0) return false
    this.#size += size
    this.messages.push(message)
    return true
  }
}
