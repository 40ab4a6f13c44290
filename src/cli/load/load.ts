import type { BlockAnswer } from '../../api/index.js'
import { createClient } from '../../client/index.js'
import type { Hash } from '../../feeds/index.js'
import type { Network } from '../../roles/index.js'
import type { AccountKey } from '../account-key.js'
import { apisOf } from '../connection.js'
import { Sender } from './sender.js'
import { watchBlocks, type SeenBlock } from './block-watcher.js'

/**
 * Sends transactions at a steady rate, in turn over the validators, and measures them from submission to the news of
 * their commit at a validator and of their seal at a Messagenode.
 */

/** What a run tells while it goes, and `blockfin devnet` reads line by line. */
export type LoadRecord = LoadBlock | LoadProgress

export interface LoadBlock {
  readonly event: 'block'
  readonly stage: 'committed' | 'sealed'
  readonly height: number
  readonly round: number
  readonly transactions: number
  /** How many of them were sent by this run. */
  readonly own: number
  readonly failed: number
  readonly signers: number
  /** One for each own transaction whose stage was seen as it came. */
  readonly latenciesMs: readonly number[]
}

export interface LoadProgress {
  readonly event: 'progress'
  readonly submitted: number
  readonly refused: number
  readonly sealed: number
}

export interface LoadOptions {
  readonly network: Network
  /** One for each validator, in the order of the network file. */
  readonly keys: readonly AccountKey[]
  /** Transactions a second. */
  readonly rate: number
  readonly now: () => number
  readonly stop: AbortSignal
  readonly record: (record: LoadRecord) => void
}

const TICK_MS = 20
const PROGRESS_MS = 1000

/** Runs until stopped. */
export const runLoad = async (options: LoadOptions): Promise<LoadProgress> => {
  const { network, rate, now, stop, record } = options
  const open = new Map<string, { readonly atMs: number; readonly stages: Set<string> }>()
  const counts = { submitted: 0, refused: 0, sealed: 0 }
  const progress = (): LoadProgress => ({ event: 'progress', ...counts })
  const senders = sendersOf(options, {
    onSent: (hash, atMs) => {
      counts.submitted++
      open.set(hash, { atMs, stages: new Set() })
    },
    onRefused: (hash) => {
      counts.refused++
      open.delete(hash)
    },
  })
  const account = (stage: 'committed' | 'sealed', { block, atMs }: SeenBlock): void => {
    for (const sender of senders) sender.sawHeight(block.header.height)
    const own = block.transactions.flatMap(({ hash }) => open.get(hash) ?? [])
    const latenciesMs = atMs === null ? [] : own.map((sent) => round(atMs - sent.atMs))
    record({ ...blockFacts(stage, block), own: own.length, latenciesMs })
    for (const { hash } of block.transactions) {
      const sent = open.get(hash)
      if (!sent) continue
      if (stage === 'sealed') counts.sealed++
      // Each of the two watchers needs it once, and they are not in step.
      if (sent.stages.add(stage).size === 2) open.delete(hash)
    }
  }
  const { validators, messagenodes } = apisOf(network)
  const watching = [
    watch('committed', createClient({ validators }), options, account),
    watch('sealed', createClient({ validators: [], messagenodes }), options, account),
  ]
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_resolve, reject) => (fail = reject))
  const startedMs = now()
  let asked = 0
  let turn = 0
  const tick = setInterval(() => {
    const due = Math.floor(((now() - startedMs) / 1000) * rate) - asked
    asked += due
    const shares = senders.map(() => 0)
    for (let each = 0; each < due; each++, turn++) {
      const index = turn % senders.length
      shares[index] = (shares[index] ?? 0) + 1
    }
    for (const [index, sender] of senders.entries()) {
      const share = shares[index] ?? 0
      if (share > 0) sender.send(share).catch(fail)
    }
  }, TICK_MS)
  const telling = setInterval(() => record(progress()), PROGRESS_MS)
  try {
    await Promise.race([
      Promise.all(watching),
      failed,
      new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true })),
    ])
  } finally {
    clearInterval(tick)
    clearInterval(telling)
  }
  return progress()
}

const sendersOf = (
  { network, keys, now }: LoadOptions,
  heard: { onSent: (hash: Hash, atMs: number) => void; onRefused: (hash: Hash, code: string) => void },
): readonly Sender[] => {
  const receivers = keys.map(({ account }) => account)
  return apisOf(network).validators.flatMap((url, index) => {
    const key = keys[index]
    // A validator that is down must be noticed soon; its turn is left out until it is back.
    const client = createClient({ validators: [url], rounds: 1, requestTimeoutMs: 5000 })
    const others = receivers.filter((account) => account !== key?.account)
    return key === undefined ? [] : [new Sender({ client, key, network, receivers: others, now, ...heard })]
  })
}

const watch = async (
  stage: 'committed' | 'sealed',
  client: ReturnType<typeof createClient>,
  { now, stop }: LoadOptions,
  account: (stage: 'committed' | 'sealed', seen: SeenBlock) => void,
): Promise<void> => {
  for await (const seen of watchBlocks(client, stage, now, stop)) account(stage, seen)
}

const blockFacts = (stage: 'committed' | 'sealed', block: BlockAnswer) => ({
  event: 'block' as const,
  stage,
  height: block.header.height,
  round: block.round,
  transactions: block.header.txCount,
  failed: block.failed,
  signers: (block.sealed ?? block.committed).signers.length,
})

const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10
