import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'

import { spawnCommand } from './command.js'

/** Lines of a node's log that are shown when it fails a test. */
const TAIL_LINES = 20

/** How long a node may take to close its database and sockets, on a machine that does other things too. */
const CLOSE_PATIENCE_MS = 15_000

/** One node in a process of its own, started by `blockfin start`, ended only through this handle. */
export class NodeProcess {
  /** Resolves when it listens. */
  readonly started: Promise<void>
  /** Resolves when the process is gone, however it went. */
  readonly ended: Promise<void>
  /** Rejects with the end of its log when it ends by itself; never resolves. */
  readonly failed: Promise<never>
  readonly #child: ChildProcess
  readonly #tail: string[] = []

  /** @param log its standard error goes to the end of this file */
  constructor(
    readonly name: string,
    words: readonly string[],
    log: string,
    prefix: readonly string[] = [],
  ) {
    const child = spawnCommand([...words, '--json'], { prefix })
    this.#child = child
    this.ended = once(child, 'exit').then(() => void process.off('exit', this.#killNow))
    process.on('exit', this.#killNow)
    child.stderr?.on('data', (chunk: Buffer) => {
      appendFileSync(log, chunk)
      this.#tail.push(...chunk.toString().trimEnd().split('\n'))
      this.#tail.splice(0, this.#tail.length - TAIL_LINES)
    })
    const listens = new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()))
    // `close` and not `exit`: by then everything it said has arrived.
    this.failed = once(child, 'close').then(([code, signal]) => {
      throw new Error(`${name} ended with ${String(code ?? signal)}\n${this.tail}`)
    })
    this.started = Promise.race([listens, this.failed])
    for (const promise of [this.failed, this.started]) promise.catch(() => undefined)
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The last lines of its log. */
  get tail(): string {
    return this.#tail.join('\n')
  }

  /** As a power cut would: nothing of it runs any further. */
  async kill(): Promise<void> {
    this.#killNow()
    await this.ended
  }

  /** As a person would, with Ctrl+C. Gives the exit code, null if it had to be killed. */
  async close(): Promise<number | null> {
    this.thaw()
    this.#child.kill('SIGTERM')
    const deadline = setTimeout(this.#killNow, CLOSE_PATIENCE_MS)
    await this.ended
    clearTimeout(deadline)
    return this.#child.exitCode
  }

  /** Its sockets stay open, and nobody answers on them. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  readonly #killNow = (): void => {
    if (this.isRunning) this.#child.kill('SIGKILL')
  }
}
