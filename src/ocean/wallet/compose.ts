import {
  FINAL_SEQUENCE,
  type Issuance,
  type Transaction,
  type TransactionOutput,
  transactionSize,
} from '../codec/index.js'
import { type KeySource, scriptOfStack, unlockingStack } from '../signing/index.js'
import { gatherCoins, type Spendable, sumsOf } from './gather-coins.js'

/** A transaction out of what is to be paid: coins, change, and a fee by its size. */

export interface Payment {
  readonly script: Uint8Array
  readonly asset: string
  readonly value: bigint
  /** One of those that the fee is taken from. */
  readonly bearsFee?: boolean
  /** Issued by this very transaction: no coin pays for it. */
  readonly isMinted?: boolean
}

export interface Plan {
  readonly payments: readonly Payment[]
  readonly feeAsset: string
  readonly issuance?: Issuance
  /** Coins that are spent whatever else is: the tokens of a reissuance, the first of which carries it. */
  readonly mustSpend?: readonly Spendable[]
}

export interface Means {
  /** From those preferred to those that will do; each list holds the ones before it. */
  readonly tiers: readonly (readonly Spendable[])[]
  /** A script of the wallet's own for each further change. */
  readonly changeScript: (index: number) => Uint8Array
  readonly keys: KeySource
  readonly lockTime: number
  /** A whole number from 0 up to but not at the limit. */
  readonly draw: (limit: number) => number
  /** Whatever the size, if every transaction has to pay the same. */
  readonly fixedFee: bigint | undefined
}

export interface Composed {
  /** Without signatures. */
  readonly transaction: Transaction
  readonly coins: readonly Spendable[]
  readonly fee: bigint
  readonly changeCount: number
}

/** What a real node takes for 1000 bytes as long as it has no better idea. */
const FEE_PER_KILOBYTE = 20_000n
/** Change below it costs more to spend than it is worth. */
const DUST = 651n
const SIGNATURE_BYTES = 72
const NO_NONCE = Uint8Array.of(0)
const ROUNDS = 50

const withFeeTaken = (payments: readonly Payment[], fee: bigint): readonly Payment[] => {
  const bearers = payments.filter(({ bearsFee }) => bearsFee).length
  if (bearers === 0) return payments
  const [share, rest] = [fee / BigInt(bearers), fee % BigInt(bearers)]
  const first = payments.findIndex(({ bearsFee }) => bearsFee)
  return payments.map((payment, i) =>
    payment.bearsFee ? { ...payment, value: payment.value - share - (i === first ? rest : 0n) } : payment,
  )
}

const outputOf = (asset: string, value: bigint, script: Uint8Array): TransactionOutput => ({
  asset,
  value,
  nonce: NO_NONCE,
  script,
})

/** Change stands anywhere among the payments, so that nobody sees which it is. */
const outputsOf = (
  payments: readonly Payment[],
  change: readonly TransactionOutput[],
  draw: Means['draw'],
) => {
  const outputs = payments.map(({ asset, value, script }) => outputOf(asset, value, script))
  for (const output of change) outputs.splice(draw(outputs.length + 1), 0, output)
  return outputs
}

const inputsOf = (coins: readonly Spendable[], issuance: Issuance | undefined) =>
  coins.map(({ outPoint }, index) => ({
    previous: outPoint,
    script: new Uint8Array(0),
    sequence: FINAL_SEQUENCE - 1,
    isPegIn: false,
    ...(issuance && index === 0 ? { issuance } : {}),
  }))

/** Bytes once it is signed, each signature as long as one can be. */
const signedSize = (transaction: Transaction, coins: readonly Spendable[], keys: KeySource): number => {
  const inputs = transaction.inputs.map((input, index) => {
    const { script = new Uint8Array(0) } = coins[index] ?? {}
    return { ...input, script: scriptOfStack(unlockingStack(script, keys, () => LONGEST_SIGNATURE)) }
  })
  return transactionSize({ ...transaction, inputs }).virtualSize
}

/** What stands for a signature that is not made yet. */
const LONGEST_SIGNATURE = new Uint8Array(SIGNATURE_BYTES).fill(0xff)

const feeForSize = (size: number): bigint => (BigInt(size) * FEE_PER_KILOBYTE) / 1000n

interface Draft extends Composed {
  readonly needed: bigint
}

/** What is left of each asset: change, but for a rest of the fee's asset that is not worth an output. */
const changeOf = (
  coins: readonly Spendable[],
  needed: ReadonlyMap<string, bigint>,
  { feeAsset }: Plan,
  { fixedFee }: Means,
) => {
  const left = [...sumsOf(coins)].map(([asset, sum]) => ({ asset, value: sum - (needed.get(asset) ?? 0n) }))
  const isDust = ({ asset, value }: { asset: string; value: bigint }): boolean =>
    asset === feeAsset && value < DUST && fixedFee === undefined
  return {
    change: left.filter((item) => item.value > 0n && !isDust(item)),
    dust: left.filter(isDust).reduce((sum, { value }) => sum + value, 0n),
  }
}

/** One attempt, with a guess at the fee. */
const draft = (plan: Plan, means: Means, asked: bigint): Draft | undefined => {
  const { feeAsset, issuance } = plan
  const payments = withFeeTaken(plan.payments, asked)
  if (payments.some(({ value }) => value < 0n)) return undefined
  const fee = { asset: feeAsset, value: asked }
  const needed = sumsOf([...payments.filter(({ isMinted }) => !isMinted), fee])
  const coins = gatherCoins(needed, means.tiers, plan.mustSpend)
  if (!coins) return undefined
  const { change, dust } = changeOf(coins, needed, plan, means)
  const outputs = outputsOf(
    payments,
    change.map(({ asset, value }, index) => outputOf(asset, value, means.changeScript(index))),
    means.draw,
  )
  const transaction = {
    version: 2,
    inputs: inputsOf(coins, issuance),
    outputs: [...outputs, outputOf(feeAsset, asked + dust, new Uint8Array(0))],
    lockTime: means.lockTime,
  }
  const size = signedSize(transaction, coins, means.keys)
  return {
    transaction,
    coins,
    fee: asked + dust,
    changeCount: change.length,
    needed: means.fixedFee ?? feeForSize(size),
  }
}

/** Undefined if the coins do not suffice. */
export const compose = (plan: Plan, means: Means): Composed | undefined => {
  let asked = means.fixedFee ?? 1n
  for (let round = 0; round < ROUNDS; round++) {
    const made = draft(plan, means, asked)
    if (!made || made.fee >= made.needed) return made
    asked = made.needed
  }
  return undefined
}
