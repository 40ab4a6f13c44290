import { concat, equalBytes } from '../../util/index.js'
import { hasLowS, isStrictDer } from '../keys/index.js'
import { isKeySized, OP, operationAt, push } from '../script/index.js'
import { fail } from './failure.js'
import type { Machine, Step } from './machine.js'

const MAX_KEYS = 20
const MAX_OPERATIONS = 201

/** Strictness of a signature as pushed; an empty one is a signature left out, and never malformed. */
const checkEncoding = ({ flags }: Machine, signature: Uint8Array): void => {
  if (signature.length === 0) return
  const isStrict = flags.has('strict-der') || flags.has('low-s') || flags.has('strict-encoding')
  if (isStrict && !isStrictDer(signature.subarray(0, -1))) fail('sig-der')
  if (flags.has('low-s') && !hasLowS(signature.subarray(0, -1))) fail('sig-high-s')
  const type = (signature.at(-1) ?? 0) & 0x7f
  if (flags.has('strict-encoding') && (type < 1 || type > 3)) fail('sig-hashtype')
}

const checkKey = ({ flags }: Machine, key: Uint8Array): void => {
  const isPlain = isKeySized(key) && key[0] !== 6 && key[0] !== 7
  if (flags.has('strict-encoding') && !isPlain) fail('pubkey-type')
}

/** A signature cannot sign itself: wherever the script pushes it, it is taken out. */
const without = (code: Uint8Array, signature: Uint8Array): Uint8Array => {
  const pushed = push(signature)
  const kept: Uint8Array[] = []
  for (let at = 0; at < code.length;) {
    const operation = operationAt(code, at)
    if (!operation) return concat(...kept, code.subarray(at))
    const bytes = code.subarray(operation.start, operation.end)
    if (!equalBytes(bytes, pushed)) kept.push(bytes)
    at = operation.end
  }
  return concat(...kept)
}

const isSignedBy = (machine: Machine, signature: Uint8Array, key: Uint8Array, code: Uint8Array): boolean => {
  checkEncoding(machine, signature)
  checkKey(machine, key)
  return signature.length > 0 && machine.context.checkSignature(signature, key, code)
}

const checkSignature: Step = (machine) => {
  const [signature, key] = machine.take(2)
  if (!signature || !key) return fail('stack-operation')
  const holds = isSignedBy(machine, signature, key, without(machine.code, signature))
  if (!holds && machine.flags.has('null-fail') && signature.length > 0) fail('sig-nullfail')
  machine.pushTruth(holds)
}

/** Keys or signatures: their count on top, they below it. */
const counted = (machine: Machine, least: bigint, most: bigint, tooMany: 'pubkey-count' | 'sig-count') => {
  const count = machine.popNumber()
  if (count < least || count > most) fail(tooMany)
  return Number(count)
}

/** Both lists are walked from the last: a key is passed over for good, so the order has to be the same. */
const allFound = (
  machine: Machine,
  signatures: readonly Uint8Array[],
  keys: readonly Uint8Array[],
  code: Uint8Array,
): boolean => {
  let keyIndex = keys.length - 1
  let signatureIndex = signatures.length - 1
  while (signatureIndex >= 0 && signatureIndex <= keyIndex) {
    const signature = signatures[signatureIndex]
    const key = keys[keyIndex--]
    if (signature && key && isSignedBy(machine, signature, key, code)) signatureIndex--
  }
  return signatureIndex < 0
}

const checkMultisig: Step = (machine) => {
  const keyCount = counted(machine, 0n, BigInt(MAX_KEYS), 'pubkey-count')
  machine.operationCount += keyCount
  if (machine.operationCount > MAX_OPERATIONS) fail('op-count')
  const keys = machine.take(keyCount)
  const signatureCount = counted(machine, 0n, BigInt(keyCount), 'sig-count')
  if (machine.stack.length <= signatureCount) fail('stack-operation')
  const signatures = machine.take(signatureCount)
  const code = signatures.reduce(without, machine.code)
  const holds = allFound(machine, signatures, keys, code)
  if (!holds && machine.flags.has('null-fail') && signatures.some(({ length }) => length > 0)) {
    fail('sig-nullfail')
  }
  // One item too many is taken off; Bitcoin has done so from the first day.
  const dummy = machine.pop()
  if (machine.flags.has('null-dummy') && dummy.length > 0) fail('sig-nulldummy')
  machine.pushTruth(holds)
}

const verified =
  (check: Step, failure: 'check-sig-verify' | 'check-multisig-verify'): Step =>
  (machine) => {
    check(machine)
    if (!machine.popTruth()) fail(failure)
  }

export const SIGNATURE_OPERATIONS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [OP.CHECKSIG, checkSignature],
  [OP.CHECKSIGVERIFY, verified(checkSignature, 'check-sig-verify')],
  [OP.CHECKMULTISIG, checkMultisig],
  [OP.CHECKMULTISIGVERIFY, verified(checkMultisig, 'check-multisig-verify')],
])
