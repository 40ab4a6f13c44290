import {
  encodeTransaction,
  FINAL_SEQUENCE,
  hash160,
  type OutPoint,
  type Transaction,
  type TransactionOutput,
} from '../../../src/ocean/codec/index.js'
import { signDigest } from '../../../src/ocean/keys/index.js'
import { payToKeyHash, push, script, sighash } from '../../../src/ocean/script/index.js'
import { concat, fromHex, toHex } from '../../../src/util/index.js'
import type { Embedded } from './embedded.js'
import { recordedKeyFile, recordedKeys } from './recordings.js'

/** Coins of the recorded chain, spent with the recorded keys. */

export const keys = recordedKeys.map(({ pub, priv }) => ({ pub: fromHex(pub), priv: fromHex(priv) }))
const redeemScript = fromHex(recordedKeyFile.issue_redeem_script)
export const scriptOf = ({ pub }: { pub: Uint8Array }) => payToKeyHash(hash160(pub))
export const keyFor = (locking: Uint8Array) => keys.find((key) => toHex(scriptOf(key)) === toHex(locking))

export const output = (asset: string, value: bigint, to: Uint8Array): TransactionOutput => ({
  asset,
  value,
  nonce: Uint8Array.of(0),
  script: to,
})

/** The first coin of an asset, and who can spend it. */
export const coinOf = ({ node }: Embedded, asset: string, index = 0) =>
  [...node.chain.coins.entries()].filter(({ coin }) => coin.output.asset === asset)[index]

export const spend = (previous: OutPoint, ...outputs: TransactionOutput[]): Transaction => ({
  version: 2,
  inputs: [{ previous, script: new Uint8Array(0), sequence: FINAL_SEQUENCE, isPegIn: false }],
  outputs,
  lockTime: 0,
})

/** Signs the only input, of a key or of the issuance's 2-of-3. */
export const signed = (transaction: Transaction, locking: Uint8Array): string => {
  const key = keyFor(locking)
  const sign = (priv: Uint8Array, scriptCode: Uint8Array) =>
    push(
      concat(
        signDigest(sighash({ transaction, inputIndex: 0, scriptCode, type: 1 }), priv),
        Uint8Array.of(1),
      ),
    )
  const members = keys.filter(({ pub }) => toHex(redeemScript).includes(toHex(pub)))
  const ordered = members.sort(
    (a, b) => toHex(redeemScript).indexOf(toHex(a.pub)) - toHex(redeemScript).indexOf(toHex(b.pub)),
  )
  const unlocking = key
    ? script(sign(key.priv, locking), push(key.pub))
    : script(0, ...ordered.slice(0, 2).map(({ priv }) => sign(priv, redeemScript)), push(redeemScript))
  const inputs = transaction.inputs.map((input) => ({ ...input, script: unlocking }))
  return toHex(encodeTransaction({ ...transaction, inputs }))
}
