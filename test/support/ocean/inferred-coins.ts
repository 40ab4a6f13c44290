import { type Coin, coinKey, type CoinView } from '../../../src/ocean/chain/index.js'
import {
  bytesOfHex,
  decodeTransaction,
  hash160,
  isExplicit,
  type OutPoint,
  type Transaction,
  type TransactionOutput,
} from '../../../src/ocean/codec/index.js'
import { payToKeyHash, pushesOf } from '../../../src/ocean/script/index.js'
import { recordedOutput } from './recorded-outputs.js'
import { allCalls } from './recordings.js'

/**
 * Coins of transactions that were not recorded, as far as a spend shows them: the key in its script, and asset and
 * value by what came out and was not put in by others. A signature does not cover the value, so a wrong guess cannot
 * make one right.
 */
const inferred = new Map<string, Coin>()

const knownCoin = (outPoint: OutPoint): Coin | undefined => {
  const output = recordedOutput(outPoint)
  return output ? { output, height: 1, isCoinbase: false } : inferred.get(coinKey(outPoint))
}

const sumOf = (outputs: readonly TransactionOutput[]): bigint =>
  outputs.filter(isExplicit).reduce((sum, { value }) => sum + value, 0n)

const infer = ({ inputs, outputs }: Transaction): void => {
  const [unknown, ...others] = inputs.filter(({ previous }) => !knownCoin(previous))
  const spent = inputs.flatMap(({ previous }) => knownCoin(previous)?.output ?? [])
  const key = unknown && pushesOf(unknown.script)?.[1]
  const [first] = outputs
  if (!unknown || !key || !first || others.length > 0 || unknown.issuance) return
  if ([...outputs, ...spent].some(({ asset }) => asset !== first.asset)) return
  const value = sumOf(outputs) - sumOf(spent)
  const output = { ...first, value, script: payToKeyHash(hash160(key)) }
  inferred.set(coinKey(unknown.previous), { output, height: 1, isCoinbase: false })
}

for (const { method, params, error } of allCalls) {
  if (/in-ne-out/.test(error?.message ?? '')) continue
  if (method === 'sendrawtransaction' || method === 'testmempoolaccept') {
    try {
      infer(decodeTransaction(bytesOfHex(String(params?.[0]))))
    } catch {
      // Sent to be refused as no transaction at all.
    }
  }
}

/** Every recorded or inferred output, spent or not. */
export const recordedCoins: CoinView = { coin: knownCoin }
