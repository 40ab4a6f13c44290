/** A token bucket: at most `perSecond` on average, and that many at once. */
export class RateLimit {
  #tokens: number
  #at: number

  constructor(
    private readonly perSecond: number,
    private readonly nowMs: () => number,
  ) {
    this.#tokens = perSecond
    this.#at = nowMs()
  }

  take(): boolean {
    const now = this.nowMs()
    this.#tokens = Math.min(this.perSecond, this.#tokens + ((now - this.#at) / 1000) * this.perSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
