import { FINAL_SEQUENCE, type Transaction } from '../codec/index.js'
import { verifyDigest } from '../keys/index.js'
import { sighash } from '../script/index.js'
import type { ScriptContext } from './machine.js'

/** From here on a lock time is seconds, below it is a height. */
const LOCK_TIME_THRESHOLD = 500_000_000n

const SEQUENCE_DISABLED = 0x80000000
const SEQUENCE_IS_TIME = 1n << 22n
const SEQUENCE_MASK = SEQUENCE_IS_TIME | 0xffffn

const isSameKind = (a: bigint, b: bigint, threshold: bigint): boolean => a < threshold === b < threshold

/** An input of a transaction: signatures end in a byte that says what they cover. */
export const inputContext = (transaction: Transaction, inputIndex: number): ScriptContext => {
  const sequence = transaction.inputs[inputIndex]?.sequence ?? FINAL_SEQUENCE
  return {
    checkSignature(signature, publicKey, scriptCode) {
      const type = signature.at(-1) ?? 0
      const digest = sighash({ transaction, inputIndex, scriptCode, type })
      return verifyDigest(signature.subarray(0, -1), digest, publicKey)
    },
    checkLockTime(lockTime) {
      const actual = BigInt(transaction.lockTime)
      return (
        isSameKind(lockTime, actual, LOCK_TIME_THRESHOLD) && lockTime <= actual && sequence !== FINAL_SEQUENCE
      )
    },
    checkSequence(wanted) {
      if (transaction.version < 2 || (sequence & SEQUENCE_DISABLED) !== 0) return false
      const [actual, least] = [BigInt(sequence) & SEQUENCE_MASK, wanted & SEQUENCE_MASK]
      return isSameKind(least, actual, SEQUENCE_IS_TIME) && least <= actual
    },
  }
}

/** A block: signatures cover its hash as it is, and carry no type byte. */
export const digestContext = (digest: Uint8Array): ScriptContext => ({
  checkSignature: (signature, publicKey) => verifyDigest(signature, digest, publicKey),
  checkLockTime: () => false,
  checkSequence: () => false,
})
