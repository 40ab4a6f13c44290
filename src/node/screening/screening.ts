import { createHash, randomBytes } from 'node:crypto'

import {
  type PrintedMessage,
  type Screen,
  screen,
  type Screened,
  signedAmong,
  SignatureMemory,
} from '../../audit/index.js'
import { type Law, lawOf } from '../../protocol/index.js'
import type { Network } from '../../roles/index.js'
import { verify } from '../verify.js'
import { HAS_THREADS, ScreeningThreads } from './threads.js'
import type { VerifiedBatches } from './verified-batches.js'

export interface ScreeningOptions {
  readonly network: Network
  /** Threads; with 1 everything is verified on the one that asks. */
  readonly jobs: number
  /** What an earlier audit verified; what this one does is added. */
  readonly verified?: VerifiedBatches
}

/** Verifies for an audit, on as many threads as wished: what is found is the same with any number of them. */
export class Screening implements Screen {
  /** For the audit, and for the application that it executes. */
  readonly memory = new SignatureMemory(verify, randomBytes(32))
  /** Messages whose signatures an earlier audit had verified. */
  spared = 0
  readonly #threads: ScreeningThreads | null
  readonly #law: Law
  readonly #trustingLaw: Law
  readonly #verified: VerifiedBatches | null

  constructor({ network, jobs, verified }: ScreeningOptions) {
    this.#threads = jobs > 1 && HAS_THREADS ? new ScreeningThreads(jobs, network, this.memory) : null
    this.#law = lawOf(network, verify)
    this.#trustingLaw = lawOf(network, () => true)
    this.#verified = verified ?? null
  }

  get width(): number {
    return this.#threads?.count ?? 1
  }

  async check(messages: readonly PrintedMessage[]): Promise<Uint8Array> {
    if (messages.length === 0) return new Uint8Array(0)
    // What they hold inside, the audit that asks verifies soon enough on this same thread.
    if (!this.#threads && !this.#verified) return signedAmong(messages, verify)
    const texts = messages.map(({ text }) => text)
    const digest = this.#verified && digestOf(texts)
    const isTrusted = digest !== null && this.#verified?.has(digest) === true
    const { signed, news, isSound } = await this.#screen(texts, isTrusted)
    this.memory.learn(news)
    if (isTrusted) this.spared += texts.length
    else if (isSound && digest !== null) this.#verified?.add(digest)
    return signed
  }

  async close(): Promise<void> {
    await this.#threads?.close()
  }

  async #screen(texts: readonly string[], isTrusted: boolean): Promise<Screened> {
    if (this.#threads) return this.#threads.screen(texts, isTrusted)
    const { secret } = this.memory
    return isTrusted
      ? screen(this.#trustingLaw, new SignatureMemory(() => true, secret), texts)
      : screen(this.#law, this.memory, texts)
  }
}

/** Of a batch: which texts, and where one ends and the next begins. */
const digestOf = (texts: readonly string[]): Buffer => {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text)
  return hash.digest()
}
