import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Hash } from '../../src/feeds/index.js'
import { TestAccount } from '../support/account.js'
import { eventually, LiveNetwork } from '../support/live-network/index.js'

/**
 * How long a node takes from its start until it may sign, with the chain behind it: from genesis, and from a
 * checkpoint. One validator and one Messagenode, on the very same disk both times.
 */
export interface Restart {
  readonly blocks: number
  readonly transactions: number
  readonly fromGenesisSeconds: number
  readonly fromCheckpointSeconds: number
}

const BATCH = 32
const DATA_BYTES = 132

export const measureRestart = async (blocks = 1_000): Promise<Restart> => {
  const account = new TestAccount('restart')
  const network = await LiveNetwork.create({
    validators: 1,
    messagenodes: 1,
    balances: new Map([[account.id, 10n ** 12n]]),
  })
  try {
    await network.start()
    await network.ready()
    const client = network.client(['validator-1', 'messagenode-1'])
    let transactions = 0
    for (let height = 0; height < blocks;) {
      const batch = Array.from({ length: BATCH }, () =>
        account.record(network.network.chainId, new Uint8Array(DATA_BYTES), { validUntil: 9_000n }),
      )
      const { results } = await client.submitBatch(batch)
      const last = results.at(-1)
      if (last?.hash == null) throw new Error('a batch was refused')
      const { block } = await client.waitFor(last.hash as Hash, 'committed')
      height = block?.height ?? height
      transactions += BATCH
    }
    await eventually('all is sealed', async () => {
      const { sealedHeight, executedHeight } = await network.status('validator-1')
      return sealedHeight === executedHeight || undefined
    })
    // A killed node may have indexes to bring up to date; that is done once, before anything counts.
    await restart(network)
    const fromCheckpointSeconds = await restart(network)
    await network.kill('validator-1')
    await rm(join(network.dataDirectory('validator-1'), 'checkpoints'), { recursive: true })
    const fromGenesisSeconds = await restart(network)
    return { blocks, transactions, fromGenesisSeconds, fromCheckpointSeconds }
  } finally {
    await network.close()
  }
}

const restart = async (network: LiveNetwork): Promise<number> => {
  await network.kill('validator-1')
  const startedAt = performance.now()
  await network.start('validator-1')
  await eventually(
    'it may sign',
    async () => (await network.status('validator-1')).problems.length === 0 || undefined,
    { timeoutMs: 300_000 },
  )
  return (performance.now() - startedAt) / 1000
}
