import { secp256k1 } from '@noble/curves/secp256k1.js'
import { toHex } from '../../util/index.js'
import { bytesOfId, idOf, oceanError, sha256d } from '../codec/index.js'

/** Keys bound to the contract of a chain: c is the contract hash, and a wallet holds k + c and K + c*G. */

const { Point } = secp256k1
const ORDER = Point.Fn.ORDER

const scalarOf = (contractHash: string): bigint => BigInt(`0x${toHex(bytesOfId(contractHash))}`) % ORDER

const pointOf = (key: Uint8Array) => {
  try {
    return Point.fromBytes(key)
  } catch (error) {
    throw oceanError('malformed-key', 'no public key of the curve', {}, { cause: error })
  }
}

const shifted = (key: Uint8Array, by: bigint): Uint8Array => {
  const point = pointOf(key)
  return (by === 0n ? point : point.add(Point.BASE.multiply(by))).toBytes(key.length === 33)
}

/** The point of the newest contract that was asked for: a node has one, and its wallet tweaks many keys by it. */
let newest: { readonly contractHash: string; readonly point: ReturnType<typeof pointOf> } | undefined

const contractPoint = (contractHash: string) => {
  if (newest?.contractHash !== contractHash) {
    newest = { contractHash, point: Point.BASE.multiply(scalarOf(contractHash)) }
  }
  return newest.point
}

export const tweakPublicKey = (key: Uint8Array, contractHash: string): Uint8Array => {
  const point = pointOf(key)
  const isBound = scalarOf(contractHash) !== 0n
  return (isBound ? point.add(contractPoint(contractHash)) : point).toBytes(key.length === 33)
}

/** The base key of a key that was not tweaked: what such a key can be listed under. */
export const untweakPublicKey = (key: Uint8Array, contractHash: string): Uint8Array =>
  shifted(key, (ORDER - scalarOf(contractHash)) % ORDER)

/** Both are scalars of 32 bytes. */
export const addToPrivateKey = (key: Uint8Array, scalar: Uint8Array): Uint8Array =>
  Point.Fn.toBytes((BigInt(`0x${toHex(key)}`) + BigInt(`0x${toHex(scalar)}`)) % ORDER)

export const tweakPrivateKey = (key: Uint8Array, contractHash: string): Uint8Array =>
  addToPrivateKey(key, bytesOfId(contractHash))

/**
 * The hash of a contract as the node shows it: every line of the file followed by one line feed, whatever ended the
 * last one.
 */
export const contractHashOf = (text: string): string => {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return idOf(sha256d(new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))))
}
