import type { BlockEvent } from '../../src/api/index.js'
import type { Client } from '../../src/client/index.js'
import type { Hash } from '../../src/feeds/index.js'
import { TestAccount } from '../support/account.js'
import { eventually, LiveNetwork, readHeldFeeds } from '../support/live-network/index.js'
import { percentile } from './statistics.js'

/** What clients see of a network of real processes, n = 4 and m = 3, all on this machine. */

export interface IdleLatency {
  readonly transactions: number
  /** From the submission until a validator, or a Messagenode, tells of the block. */
  readonly committedAtValidator: Spread
  readonly sealedAtMessagenode: Spread
  /** Feed hops on the way there, as the protocol counts them (section 7). */
  readonly hops: { readonly committedAtValidator: 6; readonly sealedAtMessagenode: 7 }
  /** Feed messages of all feeds for each block, beside 1 + 3n + 4m and the transaction messages. */
  readonly messagesPerBlock: { readonly counted: number; readonly expected: number }
  /** Feed messages of all feeds while nothing was submitted. */
  readonly idleGrowth: { readonly messages: number; readonly seconds: number }
}

interface Spread {
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
}

export interface Throughput {
  readonly transactions: number
  readonly transactionBytes: number
  readonly seconds: number
  readonly sealedPerSecond: number
  readonly blocks: number
  readonly transactionsPerBlock: number
  readonly committedToSealedP50Ms: number
}

const PAUSE_MS = 100
const IDLE_SECONDS = 5
const TRANSACTION_BYTES = 256
/** Of a `record` transaction, all but its data. */
const RECORD_OVERHEAD = 124
const VALID_UNTIL = 9_000n
const BATCH = 64
const BALANCE = 10n ** 12n

export const measureIdleLatency = async (count = 200): Promise<IdleLatency> => {
  const account = new TestAccount('idle')
  const network = await LiveNetwork.create({ balances: new Map([[account.id, BALANCE]]) })
  try {
    await network.start()
    await network.ready()
    const [validator = ''] = network.validators
    const [messagenode = ''] = network.messagenodes
    const client = network.client([validator])
    const committed = watch(client, 'committed')
    const sealed = watch(network.client([messagenode]), 'sealed')
    const toCommitted: number[] = []
    const toSealed: number[] = []
    const before = await totalMessages(network)
    for (let height = 1; height <= count; height++) {
      const transaction = account.record(
        network.network.chainId,
        new Uint8Array(TRANSACTION_BYTES - RECORD_OVERHEAD),
        {
          validUntil: VALID_UNTIL,
        },
      )
      const startedAt = performance.now()
      const arrivals = Promise.all([committed.at(height), sealed.at(height)])
      await client.submit(transaction)
      const [committedAt, sealedAt] = await arrivals
      toCommitted.push(committedAt - startedAt)
      toSealed.push(sealedAt - startedAt)
      await pause(PAUSE_MS)
    }
    await eventually('all nodes sealed', async () => {
      const answers = await Promise.all(network.nodes.map((name) => network.status(name)))
      return answers.every(({ sealedHeight }) => sealedHeight === count) || undefined
    })
    await pause(500)
    const after = await totalMessages(network)
    await pause(IDLE_SECONDS * 1000)
    const idle = await totalMessages(network)
    committed.stop()
    sealed.stop()
    const n = network.validators.length
    const m = network.messagenodes.length
    return {
      transactions: count,
      committedAtValidator: spread(toCommitted),
      sealedAtMessagenode: spread(toSealed),
      hops: { committedAtValidator: 6, sealedAtMessagenode: 7 },
      messagesPerBlock: { counted: (after - before) / count, expected: 1 + 3 * n + 4 * m + 1 },
      idleGrowth: { messages: idle - after, seconds: IDLE_SECONDS },
    }
  } finally {
    await network.close()
  }
}

export const measureThroughput = async (count = 40_000): Promise<Throughput> => {
  const accounts = Array.from({ length: 4 }, (_, index) => new TestAccount(`load ${index}`))
  const network = await LiveNetwork.create({ balances: new Map(accounts.map(({ id }) => [id, BALANCE])) })
  try {
    await network.start()
    await network.ready()
    const { chainId } = network.network
    const share = Math.floor(count / accounts.length)
    const signed = accounts.map((account) => signAll(account, chainId, share))
    const [messagenode = ''] = network.messagenodes
    const watcher = watch(network.client([messagenode]), 'committed', 'sealed')
    const sent = network.validators.map((name, index) =>
      sendAll(network.client([name], { rounds: 100 }), signed[index] ?? []),
    )
    await Promise.all(sent)
    const total = share * accounts.length
    await eventually(
      'everything is sealed',
      () => Promise.resolve(watcher.sealedCount() >= total || undefined),
      { timeoutMs: 300_000 },
    )
    watcher.stop()
    // The first block starts the clock and does not count: it holds what the first submissions found.
    const [first, ...rest] = watcher.sealed()
    const last = rest.at(-1)
    if (!first || !last) throw new Error('too few blocks to measure by')
    const seconds = (last.atMs - first.atMs) / 1000
    const transactions = rest.reduce((sum, { txCount }) => sum + txCount, 0)
    return {
      transactions,
      transactionBytes: TRANSACTION_BYTES,
      seconds,
      sealedPerSecond: transactions / seconds,
      blocks: rest.length,
      transactionsPerBlock: transactions / rest.length,
      committedToSealedP50Ms: percentile(watcher.committedToSealedMs(), 0.5),
    }
  } finally {
    await network.close()
  }
}

const signAll = (account: TestAccount, chainId: Hash, count: number): Uint8Array[] =>
  Array.from({ length: count }, () =>
    account.record(chainId, new Uint8Array(TRANSACTION_BYTES - RECORD_OVERHEAD), { validUntil: VALID_UNTIL }),
  )

/** One batch after the other; a validator that is full is asked again from where it stopped. */
const sendAll = async (client: Client, transactions: readonly Uint8Array[]): Promise<void> => {
  for (let next = 0; next < transactions.length;) {
    const { results } = await client.submitBatch(transactions.slice(next, next + BATCH))
    const refused = results.findIndex((entry) => 'error' in entry)
    if (refused >= 0) await pause(20)
    next += refused < 0 ? results.length : refused
  }
}

/** Steps of blocks as one node tells them, with the time at which they were heard here. */
const watch = (client: Client, ...stages: readonly BlockEvent['stage'][]) => {
  const controller = new AbortController()
  const heard = new Map<string, { readonly atMs: number; readonly txCount: number }>()
  const waiting = new Map<string, (atMs: number) => void>()
  const [main = 'sealed'] = stages
  const follow = async () => {
    for await (const { stage, height, txCount } of client.events({ signal: controller.signal })) {
      const name = `${stage} ${height}`
      if (!stages.includes(stage) || heard.has(name)) continue
      const atMs = performance.now()
      heard.set(name, { atMs, txCount: txCount ?? 0 })
      waiting.get(name)?.(atMs)
    }
  }
  const following = follow().catch((error: unknown) => {
    if (!controller.signal.aborted) throw error
  })
  const sealed = () => [...heard].filter(([name]) => name.startsWith('sealed')).map(([, step]) => step)
  return {
    at: (height: number): Promise<number> =>
      new Promise((resolve) => {
        const known = heard.get(`${main} ${height}`)
        if (known) resolve(known.atMs)
        else waiting.set(`${main} ${height}`, resolve)
      }),
    sealed,
    sealedCount: () => sealed().reduce((sum, { txCount }) => sum + txCount, 0),
    committedToSealedMs: () =>
      [...heard].flatMap(([name, { atMs }]) => {
        const end = heard.get(name.replace('committed', 'sealed'))
        return name.startsWith('committed') && end ? [end.atMs - atMs] : []
      }),
    stop: () => {
      controller.abort()
      void following
    },
  }
}

/** Of all feeds of the network, as the first Messagenode holds them on disk. */
const totalMessages = async (network: LiveNetwork): Promise<number> => {
  const [messagenode = ''] = network.messagenodes
  const feeds = await readHeldFeeds(network.dataDirectory(messagenode))
  return [...feeds.values()].reduce((sum, messages) => sum + messages.length, 0)
}

const spread = (values: readonly number[]): Spread => ({
  p50Ms: percentile(values, 0.5),
  p90Ms: percentile(values, 0.9),
  p99Ms: percentile(values, 0.99),
})

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
