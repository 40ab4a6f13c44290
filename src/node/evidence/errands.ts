/** Work that a peer's claims cause: so much at once, so much waiting, and a pause after each. */
const AT_ONCE = 4
const WAITING = 512
const PAUSE_MS = 20

/** Runs small jobs a few at a time. What is too much is dropped: a claim that was true will be made again. */
export class Errands {
  readonly #waiting: (() => Promise<void>)[] = []
  #running = 0
  #stopped = false

  /** A job's failure is its own: peers go away, and disks are told of elsewhere. */
  add(job: () => Promise<void>): void {
    if (this.#stopped || this.#waiting.length >= WAITING) return
    this.#waiting.push(job)
    this.#next()
  }

  stop(): void {
    this.#stopped = true
    this.#waiting.length = 0
  }

  #next(): void {
    if (this.#running >= AT_ONCE) return
    const job = this.#waiting.shift()
    if (!job) return
    this.#running++
    job()
      .catch(() => undefined)
      .finally(() => {
        const timer = setTimeout(() => {
          this.#running--
          this.#next()
        }, PAUSE_MS)
        timer.unref()
      })
  }
}
