import { describe, expect, it } from 'vitest'

import { accountKeyOf } from '../../../src/cli/account-key.js'
import { Sender } from '../../../src/cli/load/sender.js'
import type { Client } from '../../../src/client/index.js'
import { decodeTransaction, transactionHash, type Transaction } from '../../../src/ledger/index.js'
import { generateNodeIdentity, loadNetworkFile } from '../../../src/roles/index.js'
import { apiError } from '../../../src/api/index.js'
import { memberDirectories } from '../../support/member-directory.js'
import { temporaryDirectory } from '../../support/temporary.js'

/** A validator that keeps the nonce of one account, as far as a sender can see. */
class FakeValidator {
  nonce = 5n
  readonly batches: Transaction[][] = []
  /** Called before a batch is taken. */
  before: () => Promise<void> | void = () => {}

  readonly client = {
    account: async () => ({
      height: 10,
      pending: true,
      answer: {
        account: 'ab'.repeat(32),
        balance: '1000',
        nonce: this.nonce.toString(),
        proof: { siblings: [], other: null },
      },
    }),
    submitBatch: async (batch: readonly Uint8Array[]) => {
      await this.before()
      const taken = batch.map((bytes) => {
        const transaction = decodeTransaction(bytes)
        if (typeof transaction === 'string')
          throw new Error('the sender made something else than a transaction')
        return transaction
      })
      this.batches.push(taken)
      return {
        results: taken.map(({ nonce }, index) => {
          const hash = transactionHash(batch[index] ?? new Uint8Array())
          if (nonce !== this.nonce)
            return { hash, error: { code: 'transaction-refused', message: '', data: {} } }
          this.nonce++
          return { hash, status: { hash } }
        }),
      }
    },
  } as unknown as Client
}

const made = async () => {
  const { networkFile } = await memberDirectories(await temporaryDirectory())
  const validator = new FakeValidator()
  const clock = { ms: 0 }
  const counts = { sent: 0, refused: 0 }
  const key = accountKeyOf(generateNodeIdentity())
  const sender = new Sender({
    client: validator.client,
    key,
    network: await loadNetworkFile(networkFile),
    receivers: [accountKeyOf(generateNodeIdentity()).account],
    now: () => clock.ms,
    onSent: () => void counts.sent++,
    onRefused: () => void counts.refused++,
  })
  return { validator, sender, clock, counts, key }
}

describe('the sender of one account', () => {
  it('sends what it owes with consecutive nonces, mostly transfers', async () => {
    const { validator, sender, counts, key } = await made()
    await sender.send(3)
    await sender.send(300)
    const sent = validator.batches.flat()
    expect(sent.map(({ nonce }) => nonce)).toEqual(
      Array.from({ length: 303 }, (_, index) => 5n + BigInt(index)),
    )
    expect(sent.every(({ from, validUntil }) => from === key.account && validUntil > 10n)).toBe(true)
    expect(new Set(sent.map(({ kind }) => kind))).toEqual(new Set(['transfer', 'record']))
    expect(validator.batches.map(({ length }) => length)).toEqual([3, 256, 44])
    expect(counts).toEqual({ sent: 303, refused: 0 })
  })

  it('never has two batches under way, which could overtake each other', async () => {
    const { validator, sender } = await made()
    let underWay = 0
    validator.before = async () => {
      expect(++underWay).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
    }
    await Promise.all([sender.send(2), sender.send(2), sender.send(2)])
    expect(validator.batches.flat()).toHaveLength(6)
    expect(validator.nonce).toBe(11n)
  })

  it('asks for its nonce again after a refusal, and pauses', async () => {
    const { validator, sender, clock, counts } = await made()
    await sender.send(1)
    validator.nonce = 20n
    await sender.send(2)
    expect(counts.refused).toBe(2)
    await sender.send(1)
    expect(counts.sent).toBe(3)
    clock.ms += 10_000
    await sender.send(1)
    expect(validator.nonce).toBe(22n)
    expect(counts.refused).toBe(2)
  })

  it('survives a validator that is away, and owes it no flood', async () => {
    const { validator, sender, clock } = await made()
    validator.before = () => Promise.reject(apiError('unreachable'))
    for (let turn = 0; turn < 50; turn++) {
      await sender.send(100)
      clock.ms += 20
    }
    validator.before = () => {}
    clock.ms += 10_000
    await sender.send(1)
    expect(validator.batches.flat().length).toBeLessThanOrEqual(1024)
    expect(validator.batches.flat().length).toBeGreaterThan(0)
  })
})
