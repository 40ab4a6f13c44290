import { concat, toHex, utf8 } from '../../../util/index.js'
import { sha256 } from '../../codec/index.js'

/**
 * A number that stands for a set of coins whatever their order: the sum of their hashes. It is written in the batch of
 * every block, so that a start sees whether a coin was lost, changed or invented on the disk.
 */
const MODULUS = 1n << 256n

export const coinTerm = (key: string, record: Uint8Array): bigint =>
  BigInt(`0x${toHex(sha256(concat(utf8(key), record)))}`)

export const addTerm = (sum: bigint, term: bigint): bigint => (sum + term) % MODULUS

export const removeTerm = (sum: bigint, term: bigint): bigint => (sum - term + MODULUS) % MODULUS
