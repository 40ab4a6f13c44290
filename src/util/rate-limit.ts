/** A token bucket: at most `perSecond` on average, and `burst` at once. */
export class RateLimit {
  #tokens: number
  #at: number

  constructor(
    private readonly perSecond: number,
    private readonly nowMs: () => number,
    private readonly burst: number = perSecond,
  ) {
    this.#tokens = burst
    this.#at = nowMs()
  }

  /** Whether `count` may be taken now; if so, they are. */
  take(count = 1): boolean {
    if (!this.has(count)) return false
    this.#tokens -= count
    return true
  }

  has(count = 1): boolean {
    this.#refill()
    return this.#tokens >= count
  }

  /** Takes what is done already; beyond the limit it becomes a debt, which time pays back. */
  owe(count: number): void {
    this.#refill()
    this.#tokens -= count
  }

  /** Nothing is used up: whoever kept this for somebody need keep it no longer. */
  get isFull(): boolean {
    this.#refill()
    return this.#tokens >= this.burst
  }

  #refill(): void {
    const now = this.nowMs()
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#at) / 1000) * this.perSecond)
    this.#at = now
  }
}

/** One limit for each name, as long as any of it is used; `names` at most are kept, the oldest goes first. */
export class RateLimits<Name> {
  readonly #limits = new Map<Name, RateLimit>()

  constructor(
    private readonly options: {
      readonly perSecond: number
      readonly burst: number
      readonly names: number
    },
    private readonly nowMs: () => number,
  ) {}

  get size(): number {
    return this.#limits.size
  }

  of(name: Name): RateLimit {
    const known = this.#limits.get(name)
    if (known) return known
    if (this.#limits.size >= this.options.names) this.#forget()
    const limit = new RateLimit(this.options.perSecond, this.nowMs, this.options.burst)
    this.#limits.set(name, limit)
    return limit
  }

  /** Those of which nothing is used are as good as new ones. */
  #forget(): void {
    for (const [name, limit] of this.#limits) if (limit.isFull) this.#limits.delete(name)
    for (const name of this.#limits.keys()) {
      if (this.#limits.size < this.options.names) return
      this.#limits.delete(name)
    }
  }
}
