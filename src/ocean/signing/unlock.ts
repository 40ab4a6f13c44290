import { concat, EMPTY_BYTES } from '../../util/index.js'
import { hash160 } from '../codec/index.js'
import { formOf, OP, push, pushNumber } from '../script/index.js'
import type { KeySource, SigningKey } from './key-source.js'

/**
 * What the keys at hand can put before a script. Items stand in the order of their pushes; a multisig that lacks
 * signatures has those that there are, without room for the others, as a real node leaves it.
 */
export type Sign = (key: SigningKey, scriptCode: Uint8Array) => Uint8Array

type Stack = readonly Uint8Array[]

const signaturesFor = (
  keys: readonly Uint8Array[],
  required: number,
  source: KeySource,
  sign: (key: SigningKey) => Uint8Array,
): Stack =>
  keys
    .flatMap((key) => source.key(hash160(key)) ?? [])
    .slice(0, required)
    .map(sign)

/** Undefined for a script behind a hash: it has a layer more. */
const stackOf = (locking: Uint8Array, source: KeySource, sign: Sign): Stack | undefined => {
  const form = formOf(locking)
  const signWith = (key: SigningKey): Uint8Array => sign(key, locking)
  switch (form.type) {
    case 'pubkey':
      return signaturesFor([form.key], 1, source, signWith)
    case 'pubkeyhash': {
      const key = source.key(form.hash)
      return key ? [signWith(key), key.publicKey] : []
    }
    case 'multisig':
    case 'lockedmultisig':
      return [EMPTY_BYTES, ...signaturesFor(form.keys, form.required, source, signWith)]
    case 'scripthash':
      return undefined
    default:
      return []
  }
}

/** The stack below a redeem script and the script itself; nothing for a script that is not known. */
const redeemingStack = (hash: Uint8Array, source: KeySource, sign: Sign): Stack => {
  const redeemScript = source.redeemScript(hash)
  const below = redeemScript && stackOf(redeemScript, source, sign)
  return below ? [...below, redeemScript] : []
}

export const unlockingStack = (locking: Uint8Array, source: KeySource, sign: Sign): Stack => {
  const form = formOf(locking)
  if (form.type === 'scripthash') return redeemingStack(form.hash, source, sign)
  return stackOf(locking, source, sign) ?? []
}

/** Small numbers become operations, as scripts of inputs have them. */
export const scriptOfStack = (stack: Stack): Uint8Array => concat(...stack.map(pushed))

const pushed = (item: Uint8Array): Uint8Array => {
  const [first = 0] = item
  if (item.length === 0) return Uint8Array.of(OP.FALSE)
  return item.length === 1 && first >= 1 && first <= 16 ? pushNumber(first) : push(item)
}
