import {
  inMoneyRange,
  isCoinbase,
  NO_INDEX,
  type Transaction,
  transactionSize,
  type TransactionOutput,
} from '../codec/index.js'
import { FAILURES, inputContext, type ScriptFlag, verifyScript } from '../interpreter/index.js'
import { checkAmounts } from './amounts.js'
import { type Coin, coinKey, type CoinView } from './coins.js'
import { firstRefusal, invalid, REJECT, type Refusal, refusalAmong } from './refusal.js'

export const MAX_BLOCK_BYTES = 4_000_000
export const MAX_BLOCK_WEIGHT = 4_000_000
export const COINBASE_MATURITY = 100

const checkOutput = ({ value, asset }: TransactionOutput): Refusal | undefined => {
  if (value === null || asset === null) return invalid('bad-txns-vout-null')
  if (typeof value === 'bigint' && !inMoneyRange(value)) return invalid('bad-txns-vout-toolarge')
  return undefined
}

const checkTotals = ({ outputs }: Transaction): Refusal | undefined => {
  const totals = new Map<string, bigint>()
  return refusalAmong(outputs, ({ asset, value }) => {
    if (typeof asset !== 'string' || typeof value !== 'bigint') return undefined
    const total = (totals.get(asset) ?? 0n) + value
    totals.set(asset, total)
    return inMoneyRange(total) ? undefined : invalid('bad-txns-txouttotal-toolarge')
  })
}

const checkCoinbase = ({ inputs }: Transaction): Refusal | undefined => {
  const length = inputs[0]?.script.length ?? 0
  return length < 2 || length > 100 ? invalid('bad-cb-length') : undefined
}

const checkInputs = (transaction: Transaction): Refusal | undefined => {
  if (isCoinbase(transaction)) return checkCoinbase(transaction)
  const { inputs } = transaction
  if (new Set(inputs.map(({ previous }) => coinKey(previous))).size < inputs.length) {
    return invalid('bad-txns-inputs-duplicate')
  }
  const isNull = inputs.some(({ previous }) => previous.index === NO_INDEX)
  return isNull ? { code: REJECT.invalid, reason: 'bad-txns-prevout-null' } : undefined
}

/** What can be said of a transaction that nothing is known about. */
export const checkTransaction = (transaction: Transaction): Refusal | undefined => {
  const { inputs, outputs } = transaction
  if (inputs.length === 0) return invalid('bad-txns-vin-empty')
  if (outputs.length === 0) return invalid('bad-txns-vout-empty')
  if (transactionSize(transaction).strippedSize > MAX_BLOCK_BYTES) return invalid('bad-txns-oversize')
  return firstRefusal(
    () => refusalAmong(outputs, checkOutput),
    () => checkTotals(transaction),
    () => checkInputs(transaction),
  )
}

/** The coins a transaction spends, or undefined if one is not there. */
export const coinsSpentBy = ({ inputs }: Transaction, view: CoinView): readonly Coin[] | undefined => {
  const coins = inputs.flatMap(({ previous }) => view.coin(previous) ?? [])
  return coins.length === inputs.length ? coins : undefined
}

/** Maturity and balance. @param height of the block the transaction would stand in */
export const checkSpend = (
  transaction: Transaction,
  coins: readonly Coin[],
  height: number,
): Refusal | undefined => {
  // Coins of the genesis block may be spent at once.
  const isYoung = (coin: Coin): boolean =>
    coin.isCoinbase && coin.height > 0 && height - coin.height < COINBASE_MATURITY
  if (coins.some(isYoung)) return invalid('bad-txns-premature-spend-of-coinbase')
  return checkAmounts(transaction, coins)
}

export const checkScripts = (
  transaction: Transaction,
  coins: readonly Coin[],
  flags: ReadonlySet<ScriptFlag>,
): Refusal | undefined =>
  refusalAmong(transaction.inputs, ({ script }, index) => {
    const locking = coins[index]?.output.script ?? new Uint8Array(0)
    const context = inputContext(transaction, index)
    const failure = verifyScript({ unlocking: script, locking, flags, context })
    return failure ? invalid(`mandatory-script-verify-flag-failed (${FAILURES[failure]})`) : undefined
  })

const LOCK_TIME_THRESHOLD = 500_000_000

/** Whether the lock time allows a block of this height, and of a median time before it. */
export const isFinal = ({ lockTime, inputs }: Transaction, height: number, medianTime: number): boolean => {
  const now = lockTime < LOCK_TIME_THRESHOLD ? height : medianTime
  return lockTime === 0 || lockTime < now || inputs.every(({ sequence }) => sequence === NO_INDEX)
}
