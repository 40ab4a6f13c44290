import { concat, EMPTY_BYTES } from '../../util/index.js'
import { challengeAt, feesOf, type BlockContext, isFinal, MAX_BLOCK_BYTES } from '../chain/index.js'
import {
  type Block,
  EMPTY_INPUT_WITNESS,
  EMPTY_OUTPUT_WITNESS,
  encodeTransaction,
  FINAL_SEQUENCE,
  NO_INDEX,
  NULL_ID,
  type Transaction,
  type TransactionOutput,
  transactionsRoot,
  witnessCommitment,
} from '../codec/index.js'
import { OP, push, pushNumber, script } from '../script/index.js'

/** A block for others to judge and sign: the same for all who have the same mempool in the same second. */

const VERSION = 0x20000000
const NO_NONCE = Uint8Array.of(0)
const COMMITMENT_NONCE = new Uint8Array(32)
const COMMITMENT_MARK = Uint8Array.of(0xaa, 0x21, 0xa9, 0xed)
/** Left for header, solution and coinbase. */
const RESERVED_BYTES = 100_000

export interface ProposalQuestion {
  readonly context: BlockContext
  readonly waiting: readonly Transaction[]
  readonly contractHash: string
  readonly mappingHash: string
}

export const propose = ({ context, waiting, contractHash, mappingHash }: ProposalQuestion): Block => {
  const chosen = choose(waiting, context)
  const transactions = [coinbaseOver(chosen, context), ...chosen]
  return {
    header: {
      version: VERSION,
      previousHash: context.previousHash,
      merkleRoot: transactionsRoot(transactions),
      contractHash,
      attestationHash: NULL_ID,
      mappingHash,
      time: Math.max(context.now, context.medianTime + 1),
      height: context.height,
      challenge: challengeAt(context.parameters, context.height),
      solution: EMPTY_BYTES,
    },
    transactions,
  }
}

/** In the order they came, so that none stands before what it spends; a child of one left out is left out too. */
const choose = (waiting: readonly Transaction[], { height, medianTime }: BlockContext): Transaction[] => {
  const chosen: Transaction[] = []
  let left = MAX_BLOCK_BYTES - RESERVED_BYTES
  for (const transaction of waiting) {
    const { length } = encodeTransaction(transaction)
    if (length > left) break
    if (!isFinal(transaction, height, medianTime)) continue
    chosen.push(transaction)
    left -= length
  }
  return chosen
}

const payouts = (transactions: readonly Transaction[], { parameters }: BlockContext): TransactionOutput[] => {
  const fees = new Map<string, bigint>()
  for (const transaction of transactions) {
    for (const [asset, fee] of feesOf(transaction)) fees.set(asset, (fees.get(asset) ?? 0n) + fee)
  }
  const target = parameters.mandatoryCoinbase ?? Uint8Array.of(OP.RETURN)
  if (fees.size === 0) return [nothing(parameters.domainAsset, Uint8Array.of(OP.RETURN))]
  return [...fees].map(([asset, value]) => ({ asset, value, nonce: NO_NONCE, script: target }))
}

const nothing = (asset: string, output: Uint8Array): TransactionOutput => ({
  asset,
  value: 0n,
  nonce: NO_NONCE,
  script: output,
})

const coinbaseOver = (transactions: readonly Transaction[], context: BlockContext): Transaction => {
  const input = {
    previous: { txid: NULL_ID, index: NO_INDEX },
    script: concat(pushNumber(context.height), push(Uint8Array.of(1))),
    sequence: FINAL_SEQUENCE,
    isPegIn: false,
  }
  const outputs = payouts(transactions, context)
  const bare: Transaction = { version: 2, inputs: [input], outputs, lockTime: 0 }
  const all = [...outputs, nothing(context.parameters.domainAsset, EMPTY_BYTES)]
  const root = witnessCommitment([{ ...bare, outputs: all }, ...transactions], COMMITMENT_NONCE)
  const commitment = script(OP.RETURN, push(concat(COMMITMENT_MARK, root)))
  const committed = [...outputs, nothing(context.parameters.domainAsset, commitment)]
  return {
    ...bare,
    outputs: committed,
    witness: {
      inputs: [{ ...EMPTY_INPUT_WITNESS, stack: [COMMITMENT_NONCE] }],
      outputs: committed.map(() => EMPTY_OUTPUT_WITNESS),
    },
  }
}
