import { TestAccount } from '../support/account.js'
import { eventually, LiveNetwork, messagesOf, readHeldFeeds } from '../support/live-network/index.js'

export interface Return {
  readonly missedBlocks: number
  readonly missedMessages: number
  readonly startSeconds: number
  readonly caughtUpSeconds: number
  readonly messagesPerSecond: number
}

const DEFAULT_BLOCKS = 2_000
/** Less than the ledger allows. */
const VALID_HEIGHTS = 900

/** A Messagenode that was away for thousands of blocks: how long until it has sealed what the others have. */
export const measureReturn = async (): Promise<Return> => {
  const blocks = Number(process.env['BLOCKS'] ?? DEFAULT_BLOCKS)
  const account = new TestAccount('away')
  const network = await LiveNetwork.create({
    validators: 1,
    messagenodes: 2,
    balances: new Map([[account.id, 10n ** 9n]]),
    parameters: { capacity: { transactions: 1_000, bytes: 500_000, batchMs: 1 } },
  })
  try {
    await network.start()
    await network.ready()
    const away = 'messagenode-2'
    const from = (await network.status(away)).sealedHeight
    const client = network.client(['validator-1'])
    await network.kill(away)
    const before = await messagesOnDisk(network, away)
    const { chainId } = network.network
    while ((await network.status('validator-1')).sealedHeight < from + blocks) {
      const { sealedHeight } = await network.status('validator-1')
      const validUntil = BigInt(sealedHeight + VALID_HEIGHTS)
      await client.submit(account.record(chainId, new Uint8Array(8), { validUntil }))
    }
    const startedAt = performance.now()
    await network.start(away)
    const listeningAt = performance.now()
    const goal = (await network.status('messagenode-1')).sealedHeight
    await eventually(
      `${away} has sealed ${goal}`,
      async () => (await network.status(away)).sealedHeight >= goal || undefined,
      { timeoutMs: 300_000 },
    )
    const seconds = (performance.now() - listeningAt) / 1_000
    const messages = (await messagesOnDisk(network, away)) - before
    return {
      missedBlocks: goal - from,
      missedMessages: messages,
      startSeconds: (listeningAt - startedAt) / 1_000,
      caughtUpSeconds: seconds,
      messagesPerSecond: Math.round(messages / seconds),
    }
  } finally {
    await network.close()
  }
}

const messagesOnDisk = async (network: LiveNetwork, name: string): Promise<number> =>
  messagesOf(await readHeldFeeds(network.dataDirectory(name))).length
