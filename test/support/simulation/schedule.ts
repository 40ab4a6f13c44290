import type { Millis } from '../../../src/protocol/index.js'
import { assert } from '../../../src/util/index.js'

/** Virtual time: nothing happens but what stands here, in order of time and then of arrival. */
export class Schedule {
  readonly #heap: Entry[] = []
  #arrivals = 0
  #now: Millis = 0

  get now(): Millis {
    return this.#now
  }

  /** When the next action is due, infinity if there is none. */
  get nextAt(): Millis {
    this.#dropCancelled()
    return this.#heap[0]?.at ?? Infinity
  }

  /** Runs `action` this many milliseconds from now. Returns a function that takes it back. */
  after(delayMs: Millis, action: () => void): () => void {
    return this.at(this.#now + Math.max(0, delayMs), action)
  }

  /** Runs `action` at this time: equal times stay equal, which sums of delays do not. Returns a function that takes it back. */
  at(time: Millis, action: () => void): () => void {
    const entry: Entry = {
      at: Math.max(this.#now, time),
      arrival: this.#arrivals++,
      action,
      cancelled: false,
    }
    this.#push(entry)
    return () => {
      entry.cancelled = true
    }
  }

  /** Runs the next action; false if there is none. */
  runNext(): boolean {
    this.#dropCancelled()
    const entry = this.#pop()
    if (!entry) return false
    this.#now = entry.at
    entry.action()
    return true
  }

  /** Lets time pass in which nothing happens. */
  advanceTo(time: Millis): void {
    assert(time <= this.nextAt, 'no action may be passed over')
    this.#now = Math.max(this.#now, time)
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#pop()
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (!above || !isBefore(entry, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = entry
  }

  #pop(): Entry | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (!top || !last || top === last) return top
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      const child = right && left && isBefore(right, left) ? right : left
      if (!child || !isBefore(child, last)) break
      heap[index] = child
      index = 2 * index + (child === left ? 1 : 2)
    }
    heap[index] = last
    return top
  }
}

interface Entry {
  readonly at: Millis
  readonly arrival: number
  readonly action: () => void
  cancelled: boolean
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.arrival < b.arrival)
