import { Worker } from 'node:worker_threads'

import type { Screened, SignatureMemory } from '../../audit/index.js'
import type { Network } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import type { ScreeningAnswer, ScreeningSetup, ScreeningTask } from './task.js'

/** A thread loads what was built. From source, as unit tests run it, there is none. */
export const HAS_THREADS = import.meta.url.endsWith('.js')

/** A thread holds little longer than a batch: with room for more it would only collect its garbage later. */
const MEMORY = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 }

interface Pending {
  readonly worker: number
  readonly resolve: (screened: Screened) => void
  readonly reject: (error: CodedError) => void
}

/** Threads that screen batches. Each batch goes to the thread with the fewest before it. */
export class ScreeningThreads {
  readonly #workers: readonly Worker[]
  readonly #pending = new Map<number, Pending>()
  readonly #load: number[]
  #number = 0

  constructor(count: number, network: Network, { secret }: SignatureMemory) {
    const workerData: ScreeningSetup = { network, secret }
    this.#load = Array.from({ length: count }, () => 0)
    this.#workers = this.#load.map((_, index) => {
      const worker = new Worker(new URL('./worker.js', import.meta.url), {
        workerData,
        resourceLimits: MEMORY,
      })
      worker.on('message', (answer: ScreeningAnswer) => this.#answered(answer))
      worker.on('error', (cause) => this.#failed(index, cause))
      // An idle thread keeps no program alive.
      worker.unref()
      return worker
    })
  }

  get count(): number {
    return this.#workers.length
  }

  /** @throws CodedError `screening-failed` if the thread breaks down */
  screen(texts: readonly string[], isTrusted: boolean): Promise<Screened> {
    const worker = this.#load.indexOf(Math.min(...this.#load))
    this.#load[worker] = (this.#load[worker] ?? 0) + 1
    const task: ScreeningTask = { number: this.#number++, texts, isTrusted }
    return new Promise((resolve, reject) => {
      this.#pending.set(task.number, { worker, resolve, reject })
      this.#workers[worker]?.ref()
      this.#workers[worker]?.postMessage(task)
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  #answered({ number, ...screened }: ScreeningAnswer): void {
    const pending = this.#pending.get(number)
    if (!pending) return
    this.#forget(number, pending)
    pending.resolve(screened)
  }

  #failed(index: number, cause: unknown): void {
    for (const [number, pending] of this.#pending) {
      if (pending.worker !== index) continue
      this.#forget(number, pending)
      pending.reject(new CodedError('screening-failed', 'a thread that verifies broke down', {}, { cause }))
    }
  }

  #forget(number: number, { worker }: Pending): void {
    this.#pending.delete(number)
    const load = (this.#load[worker] ?? 1) - 1
    this.#load[worker] = load
    if (load === 0) this.#workers[worker]?.unref()
  }
}
