import { hash160 } from '../codec/index.js'
import { formOf } from '../script/index.js'
import type { KeyRing } from './key-ring.js'

/** Whether the wallet can spend what a script locks, or only looks on; undefined for what is others'. */
export type Ownership = 'spendable' | 'watched' | undefined

const hasAll = (keys: readonly Uint8Array[], ring: KeyRing): boolean =>
  keys.every((key) => ring.knownKey(hash160(key)) !== undefined)

const isSpendable = (script: Uint8Array, ring: KeyRing, depth = 0): boolean => {
  const form = formOf(script)
  switch (form.type) {
    case 'pubkey':
      return hasAll([form.key], ring)
    case 'pubkeyhash':
      return ring.knownKey(form.hash) !== undefined
    case 'multisig':
      return hasAll(form.keys, ring)
    case 'scripthash': {
      const redeemScript = depth === 0 ? ring.redeemScript(form.hash) : undefined
      return redeemScript !== undefined && isSpendable(redeemScript, ring, depth + 1)
    }
    default:
      return false
  }
}

export const ownershipOf = (script: Uint8Array, ring: KeyRing): Ownership => {
  if (isSpendable(script, ring)) return 'spendable'
  return ring.watchedSince(script) === undefined ? undefined : 'watched'
}

/** Whether it is known what a spend has to look like, keys apart. */
export const isSolvable = (script: Uint8Array, ring: KeyRing): boolean => {
  const form = formOf(script)
  if (form.type === 'scripthash') return ring.redeemScript(form.hash) !== undefined
  if (form.type === 'pubkeyhash') return ring.knownKey(form.hash) !== undefined
  return form.type === 'pubkey' || form.type === 'multisig'
}
