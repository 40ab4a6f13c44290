import { decodeNumber } from './number.js'
import { OP } from './opcodes.js'
import {
  type Operation,
  operationsOf,
  push,
  pushedBy,
  pushesOf,
  pushNumber,
  script,
  smallNumberOf,
} from './script.js'

/** The forms of script the chain gives a meaning to, with the names the node's JSON has for them. */
export type ScriptForm =
  | { readonly type: 'fee' }
  | { readonly type: 'pubkey'; readonly key: Uint8Array }
  | { readonly type: 'pubkeyhash'; readonly hash: Uint8Array }
  | { readonly type: 'scripthash'; readonly hash: Uint8Array }
  | { readonly type: 'multisig'; readonly required: number; readonly keys: readonly Uint8Array[] }
  | {
      readonly type: 'lockedmultisig'
      readonly lockHeight: number
      readonly required: number
      readonly keys: readonly Uint8Array[]
    }
  | { readonly type: 'nulldata'; readonly pushes: readonly Uint8Array[] }
  | { readonly type: Registration; readonly payload: Uint8Array }
  | { readonly type: 'witness_v0_keyhash' | 'witness_v0_scripthash'; readonly program: Uint8Array }
  | { readonly type: 'nonstandard' }

export type Registration =
  'registeraddress_v0' | 'registeraddress_v1' | 'deregisteraddress_v0' | 'deregisteraddress_v1'

const MAX_KEYS = 16

export const isKeySized = (bytes: Uint8Array | undefined): bytes is Uint8Array => {
  const first = bytes?.[0]
  if (first === 2 || first === 3) return bytes?.length === 33
  return (first === 4 || first === 6 || first === 7) && bytes?.length === 65
}

export const payToKeyHash = (hash: Uint8Array): Uint8Array =>
  script(OP.DUP, OP.HASH160, push(hash), OP.EQUALVERIFY, OP.CHECKSIG)

export const payToScriptHash = (hash: Uint8Array): Uint8Array => script(OP.HASH160, push(hash), OP.EQUAL)

export const payToKey = (key: Uint8Array): Uint8Array => script(push(key), OP.CHECKSIG)

export const multisig = (required: number, keys: readonly Uint8Array[]): Uint8Array =>
  script(pushNumber(required), ...keys.map(push), pushNumber(keys.length), OP.CHECKMULTISIG)

/** Guardnode requests and bids: a multisig that opens at a height. */
export const lockedMultisig = (
  lockHeight: number,
  required: number,
  keys: readonly Uint8Array[],
): Uint8Array => script(pushNumber(lockHeight), OP.CHECKLOCKTIMEVERIFY, OP.DROP, multisig(required, keys))

export const nullData = (...data: readonly Uint8Array[]): Uint8Array => script(OP.RETURN, ...data.map(push))

export const registerAddresses = (payload: Uint8Array): Uint8Array =>
  script(OP.REGISTERADDRESS, OP.ONE, push(payload))

export const deregisterAddresses = (payload: Uint8Array): Uint8Array =>
  script(OP.DEREGISTERADDRESS, OP.ONE, push(payload))

const hasCodes = (operations: readonly Operation[], ...codes: readonly number[]): boolean =>
  operations.length === codes.length && codes.every((code, i) => operations[i]?.code === code)

const keyHashOf = (operations: readonly Operation[]): ScriptForm | undefined => {
  const hash = operations[2]?.data
  return hash && hasCodes(operations, OP.DUP, OP.HASH160, 20, OP.EQUALVERIFY, OP.CHECKSIG)
    ? { type: 'pubkeyhash', hash }
    : undefined
}

const scriptHashOf = (operations: readonly Operation[]): ScriptForm | undefined => {
  const hash = operations[1]?.data
  return hash && hasCodes(operations, OP.HASH160, 20, OP.EQUAL) ? { type: 'scripthash', hash } : undefined
}

const keyOf = (operations: readonly Operation[]): ScriptForm | undefined => {
  const [first, last] = operations
  if (operations.length !== 2 || last?.code !== OP.CHECKSIG || !isKeySized(first?.data)) return undefined
  return { type: 'pubkey', key: first.data }
}

const multisigOf = (operations: readonly Operation[]) => {
  const [first, ...rest] = operations
  const [count, last] = rest.slice(-2)
  const keys = rest.slice(0, -2).flatMap(({ data }) => (data ? [data] : []))
  const required = first && smallNumberOf(first)
  const total = count && smallNumberOf(count)
  if (last?.code !== OP.CHECKMULTISIG || required === undefined || total === undefined) return undefined
  if (keys.length !== rest.length - 2 || keys.length !== total || required > total) return undefined
  return total <= MAX_KEYS ? { required, keys } : undefined
}

const bareMultisigOf = (operations: readonly Operation[]): ScriptForm | undefined => {
  const found = multisigOf(operations)
  return found?.keys.every(isKeySized) ? { type: 'multisig', ...found } : undefined
}

const lockedMultisigOf = (operations: readonly Operation[]): ScriptForm | undefined => {
  const [height, lock, drop, ...rest] = operations
  if (lock?.code !== OP.CHECKLOCKTIMEVERIFY || drop?.code !== OP.DROP) return undefined
  const pushed = height && pushedBy(height)
  const found = multisigOf(rest)
  if (!pushed || pushed.length > 5 || !found?.keys.every(isKeySized)) return undefined
  return { type: 'lockedmultisig', lockHeight: Number(decodeNumber(pushed)), ...found }
}

const nullDataOf = (bytes: Uint8Array): ScriptForm | undefined => {
  if (bytes[0] !== OP.RETURN) return undefined
  const pushes = pushesOf(bytes.subarray(1))
  return pushes ? { type: 'nulldata', pushes } : undefined
}

const registrationOf = ([first, ...rest]: readonly Operation[]): ScriptForm | undefined => {
  if (first?.code !== OP.REGISTERADDRESS && first?.code !== OP.DEREGISTERADDRESS) return undefined
  const verb = first.code === OP.REGISTERADDRESS ? 'registeraddress' : 'deregisteraddress'
  const version = rest.length === 2 && rest[0]?.code === OP.ONE ? 'v1' : 'v0'
  const payload = rest.at(-1)?.data
  const isWhole = payload !== undefined && rest.length === (version === 'v1' ? 2 : 1)
  return isWhole ? { type: `${verb}_${version}`, payload } : undefined
}

const witnessOf = ([version, program]: readonly Operation[], count: number): ScriptForm | undefined => {
  if (count !== 2 || version?.code !== OP.FALSE || !program?.data) return undefined
  if (program.code === 20) return { type: 'witness_v0_keyhash', program: program.data }
  return program.code === 32 ? { type: 'witness_v0_scripthash', program: program.data } : undefined
}

export const formOf = (bytes: Uint8Array): ScriptForm => {
  if (bytes.length === 0) return { type: 'fee' }
  const operations = operationsOf(bytes)
  if (!operations) return { type: 'nonstandard' }
  return (
    keyHashOf(operations) ??
    scriptHashOf(operations) ??
    keyOf(operations) ??
    bareMultisigOf(operations) ??
    lockedMultisigOf(operations) ??
    nullDataOf(bytes) ??
    registrationOf(operations) ??
    witnessOf(operations, operations.length) ?? { type: 'nonstandard' }
  )
}
