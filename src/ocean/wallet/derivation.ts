import { createHmac } from 'node:crypto'
import { concat, u32, utf8 } from '../../util/index.js'
import { addToPrivateKey } from '../keys/index.js'

/** Keys of a wallet from its one secret, hardened at every step (BIP 32), on the path real nodes use. */
interface ExtendedKey {
  readonly secret: Uint8Array
  readonly chainCode: Uint8Array
}

const HARDENED = 0x80000000

const halves = (key: Uint8Array, data: Uint8Array): readonly [Uint8Array, Uint8Array] => {
  const digest = new Uint8Array(createHmac('sha512', key).update(data).digest())
  return [digest.subarray(0, 32), digest.subarray(32)]
}

const masterOf = (seed: Uint8Array): ExtendedKey => {
  const [secret, chainCode] = halves(utf8('Bitcoin seed'), seed)
  return { secret, chainCode }
}

const childOf = ({ secret, chainCode }: ExtendedKey, index: number): ExtendedKey => {
  const [scalar, next] = halves(chainCode, concat(Uint8Array.of(0), secret, u32(index + HARDENED)))
  return { secret: addToPrivateKey(secret, scalar), chainCode: next }
}

/** The secret at the end of a path, every step hardened. */
export const secretAt = (seed: Uint8Array, path: readonly number[]): Uint8Array =>
  path.reduce(childOf, masterOf(seed)).secret

export const pathOf = (index: number): string => `m/0'/0'/${index}'`

/** From the index of a key to its secret; what all of them share is worked out once. */
export const deriverOf = (seed: Uint8Array): ((index: number) => Uint8Array) => {
  const account = childOf(childOf(masterOf(seed), 0), 0)
  return (index) => childOf(account, index).secret
}
