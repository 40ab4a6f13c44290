import type { Client } from '../../../src/client/index.js'
import type { Hash } from '../../../src/feeds/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import { isCoded } from '../../../src/util/index.js'
import { eventually } from './eventually.js'

/**
 * A client that must not lose anything: it sends one batch after the other to its validator, and each of them again
 * until all of it was acknowledged. The validator may die in between.
 */
export class BatchSender {
  /** What the validator said it holds, in the order of sending. */
  readonly acknowledged: Hash[] = []

  constructor(
    private readonly client: Client,
    private readonly options: { readonly patienceMs?: number } = {},
  ) {}

  async send(batch: readonly Uint8Array[]): Promise<void> {
    let last = ''
    await eventually(
      'a whole batch is acknowledged',
      async () => {
        const refusal = await this.#refusalOf(batch)
        last = refusal ?? ''
        return refusal === null ? true : undefined
      },
      { timeoutMs: this.options.patienceMs ?? 60_000, seen: () => last },
    )
    this.acknowledged.push(...batch.map(transactionHash))
  }

  /** Why it has to be sent again; null if it need not. */
  async #refusalOf(batch: readonly Uint8Array[]): Promise<string | null> {
    try {
      const { results } = await this.client.submitBatch(batch)
      const refused = results.find((entry) => 'error' in entry)
      return refused && 'error' in refused ? refused.error.code : null
    } catch (error) {
      if (isCoded(error)) return error.code
      throw error
    }
  }
}
