import type { Hash } from '../../../src/feeds/index.js'
import type { TestAccount } from '../account.js'
import { BatchSender, type LiveNetwork } from '../live-network/index.js'
import { pause } from '../wait-until.js'

const BATCH_SIZE = 2
const PAUSE_MS = 200
/** Long enough to be sent again after any blow, and less than the ledger allows. */
const VALID_HEIGHTS = 900

/**
 * Steady traffic: each account pays the next one, in small batches, through a validator of its own, and sends what
 * was not acknowledged again for as long as it takes. Nothing but the validator's word makes a transaction count.
 */
export class SteadyLoad {
  readonly #senders: readonly BatchSender[]
  #stopping = false
  #sending: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly network: LiveNetwork,
    private readonly accounts: readonly TestAccount[],
  ) {
    const { validators } = network
    this.#senders = accounts.map(
      (_, index) =>
        new BatchSender(network.client([validators[index % validators.length] ?? '']), {
          patienceMs: 180_000,
        }),
    )
  }

  get acknowledged(): readonly Hash[] {
    return this.#senders.flatMap((sender) => sender.acknowledged)
  }

  start(): void {
    this.#sending = Promise.all(this.accounts.map((account, index) => this.#send(account, index)))
    this.#sending.catch(() => undefined)
  }

  /** Resolves once everything that was begun is acknowledged. Rejects if a validator refuses for good. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#sending
  }

  async #send(account: TestAccount, index: number): Promise<void> {
    const { chainId } = this.network.network
    const to = this.accounts[(index + 1) % this.accounts.length] ?? account
    const validator = this.network.validators[index % this.network.validators.length] ?? ''
    while (!this.#stopping) {
      const status = await this.network.status(validator).catch(() => null)
      if (status === null) {
        await pause(PAUSE_MS)
        continue
      }
      const validUntil = BigInt(status.executedHeight + VALID_HEIGHTS)
      const batch = Array.from({ length: BATCH_SIZE }, () =>
        account.transfer(chainId, to.id, 1n, { validUntil }),
      )
      await this.#senders[index]?.send(batch)
      await pause(PAUSE_MS)
    }
  }
}
