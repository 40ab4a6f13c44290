import { type Name, partsOf } from './content.js'

export interface OutboxPorts {
  /** The bytes of what is to be published; nothing if that needs it no more. */
  readonly bytesOf: (name: Name) => Uint8Array | undefined
  /** Appends to the own feed, in the order of the calls; resolves once durable. */
  readonly append: (content: object) => Promise<unknown>
  readonly onTrouble: (error: unknown) => void
}

/**
 * What this node is to publish, in order, and by name only: chain and mempool hold the bytes. It is closed until the own
 * feed is known to be whole. What the disk does not take stays, and goes out whole with the next try.
 */
export class Outbox {
  readonly #waiting = new Map<string, Name>()
  #isOpen = false
  #running: Promise<void> | undefined

  constructor(private readonly ports: OutboxPorts) {}

  put(name: Name): void {
    this.#waiting.set(`${name.kind}:${name.id}`, name)
    this.flush()
  }

  open(): void {
    this.#isOpen = true
    this.flush()
  }

  /** Publishes what waits, if it may. */
  flush(): void {
    if (!this.#isOpen) return
    this.#running ??= this.#run()
      .catch((error: unknown) => this.ports.onTrouble(error))
      .finally(() => (this.#running = undefined))
  }

  async close(): Promise<void> {
    this.#isOpen = false
    await this.#running
  }

  async #run(): Promise<void> {
    for (const [key, name] of this.#waiting) {
      if (!this.#isOpen) return
      const bytes = this.ports.bytesOf(name)
      if (bytes) await Promise.all(partsOf(name, bytes).map((part) => this.ports.append(part)))
      this.#waiting.delete(key)
    }
  }
}
