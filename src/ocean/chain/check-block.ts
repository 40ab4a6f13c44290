import { equalBytes } from '../../util/index.js'
import {
  type Block,
  blockDigest,
  type BlockHeader,
  encodeBlock,
  isCoinbase,
  type Transaction,
  transactionId,
  transactionsRoot,
  witnessCommitment,
} from '../codec/index.js'
import { BLOCK_PROOF_FLAGS, digestContext, verifyScript } from '../interpreter/index.js'
import { OP, pushNumber } from '../script/index.js'
import { checkTransaction, isFinal, MAX_BLOCK_BYTES } from './check-transaction.js'
import { challengeAt } from './genesis.js'
import type { ChainParameters } from './parameters.js'
import { firstRefusal, invalid, REJECT, type Refusal, refusalAmong } from './refusal.js'

/** What a block is measured by: the one before it, and the time. */
export interface BlockContext {
  readonly parameters: ChainParameters
  readonly previousHash: string
  /** Of the block itself. */
  readonly height: number
  /** Median of the times of the eleven blocks before. Seconds. */
  readonly medianTime: number
  /** Seconds; handed in, since nothing here reads a clock. */
  readonly now: number
}

const LEAST_VERSION = 4
const MOST_SECONDS_AHEAD = 2 * 60 * 60

/** Median of the times before a block, at most the last eleven of them. */
export const medianTimeOf = (times: readonly number[]): number => {
  const sorted = times.slice(-11).sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

/** Whether the solution satisfies the challenge that the block itself carries. */
export const isProven = (header: BlockHeader): boolean =>
  verifyScript({
    unlocking: header.solution,
    locking: header.challenge,
    flags: BLOCK_PROOF_FLAGS,
    context: digestContext(blockDigest(header)),
  }) === undefined

/** The header against what it follows, without its solution. In the node's order. */
export const checkHeader = (header: BlockHeader, context: BlockContext): Refusal | undefined => {
  const { parameters, height } = context
  if (!equalBytes(header.challenge, challengeAt(parameters, height))) return invalid('bad-diffbits')
  if (header.time <= context.medianTime) return invalid('time-too-old')
  if (header.time > context.now + MOST_SECONDS_AHEAD) return invalid('time-too-new')
  if (header.version < LEAST_VERSION) {
    const version = (header.version >>> 0).toString(16).padStart(8, '0')
    return { code: REJECT.obsolete, reason: `bad-version(0x${version})` }
  }
  return header.height === height ? undefined : invalid('bad-header-height')
}

const isRepeated = ({ transactions }: Block): boolean =>
  new Set(transactions.map(transactionId)).size < transactions.length

const checkContents = (block: Block): Refusal | undefined => {
  const [first, ...rest] = block.transactions
  if (block.header.merkleRoot !== transactionsRoot(block.transactions)) return invalid('bad-txnmrklroot')
  if (isRepeated(block)) return invalid('bad-txns-duplicate')
  if (encodeBlock(block).length > MAX_BLOCK_BYTES) return invalid('bad-blk-length')
  if (!first || !isCoinbase(first)) return invalid('bad-cb-missing')
  if (rest.some(isCoinbase)) return invalid('bad-cb-multiple')
  return refusalAmong(block.transactions, checkTransaction)
}

const COMMITMENT_MARK = Uint8Array.of(OP.RETURN, 36, 0xaa, 0x21, 0xa9, 0xed)

/** The last output of the coinbase that looks like a commitment is the one that counts. */
const commitmentIn = ({ outputs }: Transaction): Uint8Array | undefined =>
  outputs
    .filter(
      ({ script }) =>
        script.length >= 38 && equalBytes(script.subarray(0, COMMITMENT_MARK.length), COMMITMENT_MARK),
    )
    .at(-1)
    ?.script.subarray(COMMITMENT_MARK.length, 38)

const checkWitness = ({ transactions }: Block): Refusal | undefined => {
  const [coinbase] = transactions
  const commitment = coinbase && commitmentIn(coinbase)
  if (!commitment) {
    return transactions.some(({ witness }) => witness) ? invalid('unexpected-witness') : undefined
  }
  const stack = coinbase.witness?.inputs[0]?.stack ?? []
  const [nonce] = stack
  if (stack.length !== 1 || nonce?.length !== 32) return invalid('bad-witness-nonce-size')
  const matches = equalBytes(commitment, witnessCommitment(transactions, nonce))
  return matches ? undefined : invalid('bad-witness-merkle-match')
}

const checkInContext = (block: Block, { height, medianTime }: BlockContext): Refusal | undefined => {
  const [coinbase] = block.transactions
  const isOpen = block.transactions.some((transaction) => !isFinal(transaction, height, medianTime))
  if (isOpen) return invalid('bad-txns-nonfinal')
  const expected = pushNumber(height)
  const actual = coinbase?.inputs[0]?.script.subarray(0, expected.length) ?? new Uint8Array(0)
  return equalBytes(actual, expected) ? checkWitness(block) : invalid('bad-cb-height')
}

/** All that a block has to satisfy besides its solution and the coins it spends. */
export const checkBlock = (block: Block, context: BlockContext): Refusal | undefined =>
  firstRefusal(
    () => checkHeader(block.header, context),
    () => checkContents(block),
    () => checkInContext(block, context),
  )
