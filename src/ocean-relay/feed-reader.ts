import type { Refusal } from '../util/index.js'
import { Assembly, type Whole } from './assembly.js'
import { readPart } from './content.js'
import type { Outcome } from './inbox.js'

export interface FeedReaderPorts {
  /** Contents of the feed from a sequence on, without gaps; none at its end. */
  readonly read: (fromSequence: number) => Promise<readonly unknown[]>
  readonly take: (whole: Whole) => Promise<Outcome>
  readonly onRefusal: (refusal: Refusal) => void
  /** Reading or taking failed by a fault of this node; the next wake tries again. */
  readonly onTrouble: (error: unknown) => void
}

/**
 * Reads one member's feed in its order, once, and stops before a block whose turn has not come: the log keeps what stands
 * behind it. Members publish the blocks of a chain in the order of their heights, so two feeds never wait for each other;
 * whoever does otherwise stops only its own feed.
 */
export class FeedReader {
  #next = 1
  readonly #assembly = new Assembly()
  /** At hand and not taken yet. */
  #held: Whole | undefined
  #running: Promise<void> | undefined
  #isWoken = false
  #isClosed = false

  constructor(private readonly ports: FeedReaderPorts) {}

  /** Reads as far as it may; resolves when it has. */
  wake(): Promise<void> {
    this.#isWoken = true
    this.#running ??= this.#run().finally(() => (this.#running = undefined))
    return this.#running
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isWoken && !this.#isClosed) {
      this.#isWoken = false
      try {
        while (!this.#isClosed && (await this.#step())) continue
      } catch (error) {
        this.ports.onTrouble(error)
      }
    }
  }

  /** False at the end of what may be read now. */
  async #step(): Promise<boolean> {
    if (!(await this.#release())) return false
    const contents = await this.ports.read(this.#next)
    for (const content of contents) {
      if (this.#isClosed) return false
      this.#next++
      this.#held = this.#add(content)
      if (!(await this.#release())) return false
    }
    return contents.length > 0
  }

  /** Gives away what is held, if its turn has come. */
  async #release(): Promise<boolean> {
    if (!this.#held) return true
    const outcome = await this.ports.take(this.#held)
    if (outcome === 'wait') return false
    this.#held = undefined
    if (outcome) this.ports.onRefusal(outcome)
    return true
  }

  #add(content: unknown): Whole | undefined {
    const part = readPart(content)
    if ('verdict' in part) {
      this.ports.onRefusal(part)
      return undefined
    }
    const { whole, refusal } = this.#assembly.take(part)
    if (refusal) this.ports.onRefusal(refusal)
    return whole
  }
}
