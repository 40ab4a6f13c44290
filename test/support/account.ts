import type { Hash } from '../../src/feeds/index.js'
import { type AccountId, accountIdOf, signRecord, signTransfer } from '../../src/ledger/index.js'
import { generateNodeIdentity, secretKeyOf, signBytes } from '../../src/roles/index.js'
import { fromBase64 } from '../../src/util/index.js'
import { seedOf } from './network.js'

/** An account with its key, named by a label, that counts its own nonces. */
export class TestAccount {
  readonly id: AccountId
  nonce = 0n
  readonly #secretKey: Uint8Array

  constructor(label: string) {
    const identity = generateNodeIdentity(seedOf(`account ${label}`))
    this.#secretKey = secretKeyOf(identity)
    this.id = accountIdOf(fromBase64(identity.id.slice(1, 45), 32))
  }

  transfer(
    chainId: Hash,
    to: AccountId,
    amount: bigint,
    { nonce = this.nonce++, validUntil = 100n, fee = 1n } = {},
  ): Uint8Array {
    return signTransfer(chainId, { from: this.id, nonce, validUntil, fee, to, amount }, this.#sign)
  }

  record(
    chainId: Hash,
    data: Uint8Array,
    { nonce = this.nonce++, validUntil = 100n, fee = 1n } = {},
  ): Uint8Array {
    return signRecord(chainId, { from: this.id, nonce, validUntil, fee, data }, this.#sign)
  }

  readonly #sign = (bytes: Uint8Array): Uint8Array => fromBase64(signBytes(this.#secretKey, bytes), 64)
}
