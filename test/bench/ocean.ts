import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Block,
  bytesOfHex,
  decodeBlock,
  FINAL_SEQUENCE,
  type OutPoint,
  type Transaction,
  transactionId,
  type TransactionOutput,
} from '../../src/ocean/codec/index.js'
import { type OceanConf, readConf } from '../../src/ocean/conf/index.js'
import { isObject, type Json } from '../../src/ocean/json/index.js'
import { decodePrivateKey, prefixesOf } from '../../src/ocean/keys/index.js'
import { type EmbeddedNode, type RunningNode, serveNode } from '../../src/ocean/node/index.js'
import { textIn } from '../../src/ocean/rpc/index.js'
import { keySourceOf, signingKeyOf, signTransaction } from '../../src/ocean/signing/index.js'
import { httpCall } from '../support/ocean/http-call.js'
import { recordedConf, recordedKeys } from '../support/ocean/recordings.js'
import { percentile } from './statistics.js'

/**
 * How fast an embedded Ocean node is. The calls of a signing round go over HTTP, a connection each, as the timings of
 * real nodes were taken (test/vectors/ocean/01-timing.json.gz: 0.4 ms for a proposal, 0.8 ms for two signatures, 1.5 ms
 * for submitting, all at p50).
 */
export interface OceanFigures {
  readonly callMsAtP50: Readonly<Record<string, number>>
  readonly emptyBlocksPerSecond: number
  readonly acceptedTransactionsPerSecond: number
  readonly minedTransactionsPerSecond: number
  readonly startTransactions: number
  readonly startSeconds: number
}

const ROUNDS = 30
const SIGNED = 400
const BLOCK_TRANSACTIONS = 5_000

const secondsOf = async (work: () => unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

const inDirectory = async <T>(use: (directory: string) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), 'ocean-bench-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const serve = (conf: OceanConf, directory: string): Promise<RunningNode> =>
  serveNode({
    conf,
    directory,
    port: 0,
    onFork: () => undefined,
    onInternalError: (error) => {
      throw error
    },
  })

const keyNamed = (name: string) => {
  const key = recordedKeys.find((each) => each.name === name)
  if (!key) throw new Error(`no key ${name}`)
  return key
}

class Clock {
  readonly #times = new Map<string, number[]>()

  constructor(private readonly port: number) {}

  async call(method: string, ...params: readonly Json[]): Promise<Json> {
    const start = performance.now()
    const result = await httpCall(this.port, 'user2:password2', method, params)
    this.#times.set(method, [...(this.#times.get(method) ?? []), performance.now() - start])
    return result
  }

  get medians(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#times].map(([method, times]) => [method, percentile(times, 0.5)]))
  }
}

/** One round after the other on one node that holds two of the three keys; the blocks are kept. */
const signRounds = async (clock: Clock, rounds: number): Promise<readonly Block[]> => {
  const blocks: Block[] = []
  for (let i = 0; i < rounds; i++) {
    const proposal = await clock.call('getnewblockhex')
    const signature = await clock.call('signblock', proposal)
    const combined = await clock.call('combineblocksigs', proposal, [signature])
    if (!isObject(combined)) throw new TypeError('no block')
    const hex = textIn(combined['hex'] ?? null)
    const refusal = await clock.call('submitblock', hex)
    if (refusal !== null) throw new Error(`refused: ${textIn(refusal)}`)
    blocks.push(decodeBlock(bytesOfHex(hex)))
  }
  return blocks
}

const spend = (previous: OutPoint, output: TransactionOutput): Transaction => ({
  version: 2,
  inputs: [{ previous, script: new Uint8Array(0), sequence: FINAL_SEQUENCE, isPegIn: false }],
  outputs: [output],
  lockTime: 0,
})

/** Each spends what the one before it made. */
const chainOf = (
  node: EmbeddedNode,
  count: number,
  finish: (transaction: Transaction, locking: Uint8Array) => Transaction,
): readonly Transaction[] => {
  const { domainAsset } = node.parameters
  const found = [...node.chain.coins.entries()].find(({ coin }) => coin.output.asset === domainAsset)
  if (!found) throw new Error('no free coin')
  const { output } = found.coin
  const made: Transaction[] = []
  let previous = found.outPoint
  for (let i = 0; i < count; i++) {
    const transaction = finish(spend(previous, output), output.script)
    made.push(transaction)
    previous = { txid: transactionId(transaction), index: 0 }
  }
  return made
}

const accept = (node: EmbeddedNode, transactions: readonly Transaction[]): void => {
  for (const transaction of transactions) {
    const { verdict } = node.broadcast(transaction)
    if (verdict !== 'accepted') throw new Error(`a transaction was not accepted: ${verdict}`)
  }
}

const submitAll = async (node: EmbeddedNode, blocks: readonly Block[]): Promise<void> => {
  for (const block of blocks) {
    const refusal = await node.submit(block)
    if (refusal !== null) throw new Error(`refused: ${refusal}`)
  }
}

/** Rounds and signed transactions on one node, and what they cost another one that only takes blocks. */
const measureSigned = async (directory: string, otherDirectory: string) => {
  const conf = readConf(recordedConf(2), ['keypool=1'])
  const first = await serve(conf, directory)
  const second = await serve(conf, otherDirectory)
  try {
    const clock = new Clock(first.server.port)
    for (const name of ['block0', 'block1']) await clock.call('importprivkey', keyNamed(name).wif, '', false)
    const empty = await signRounds(clock, ROUNDS)
    const emptySeconds = await secondsOf(() => submitAll(second.node, empty))
    const keys = keySourceOf([
      signingKeyOf(decodePrivateKey(keyNamed('freecoins').wif, prefixesOf('ocean_test'))),
    ])
    const transactions = chainOf(first.node, SIGNED, (transaction, locking) => {
      const { transaction: signed, unsigned } = signTransaction({
        variants: [transaction],
        scriptOf: () => locking,
        keys,
        type: 1,
      })
      if (unsigned.length > 0) throw new Error('a transaction was not signed')
      return signed
    })
    const acceptSeconds = await secondsOf(() => accept(first.node, transactions))
    const { medians } = clock
    const full = await signRounds(clock, 1)
    const minedSeconds = await secondsOf(() => submitAll(second.node, full))
    return {
      callMsAtP50: medians,
      emptyBlocksPerSecond: ROUNDS / emptySeconds,
      acceptedTransactionsPerSecond: SIGNED / acceptSeconds,
      minedTransactionsPerSecond: SIGNED / minedSeconds,
    }
  } finally {
    await first.close()
    await second.close()
  }
}

/** A chain that anybody may sign, with coins that anybody may spend: what is measured is the reading of it. */
const OPEN = readConf(
  [
    'rpcuser=user2',
    'rpcpassword=password2',
    'chain=bench',
    'keypool=1',
    'initialfreecoins=2100000000000000',
    'initialfreecoinsdestination=51',
  ].join('\n'),
)

const measureStart = async (directory: string, count: number): Promise<number> => {
  const building = await serve(OPEN, directory)
  for (let left = count; left > 0; left -= BLOCK_TRANSACTIONS) {
    const { node } = building
    accept(
      node,
      chainOf(node, Math.min(left, BLOCK_TRANSACTIONS), (transaction) => transaction),
    )
    await submitAll(node, [node.propose()])
  }
  await building.close()
  let again: RunningNode | undefined
  const seconds = await secondsOf(async () => (again = await serve(OPEN, directory)))
  await again?.close()
  return seconds
}

/** `BENCH_TRANSACTIONS` is how many stand behind the start; 100,000 unless told. */
export const measureOcean = async (
  startTransactions = Number(process.env['BENCH_TRANSACTIONS'] ?? 100_000),
): Promise<OceanFigures> => {
  const signed = await inDirectory((first) => inDirectory((second) => measureSigned(first, second)))
  const startSeconds = await inDirectory((directory) => measureStart(directory, startTransactions))
  return { ...signed, startTransactions, startSeconds }
}
