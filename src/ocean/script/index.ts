/** Scripts: their operations, their forms, what signatures in them cover. Public API; pure. */
export { decodeNumber, encodeNumber, isMinimalNumber, isTruthy } from './number.js'
export { nameOfOperation, OP } from './opcodes.js'
export {
  type Operation,
  operationAt,
  operationsOf,
  parseScript,
  push,
  pushedBy,
  pushesOf,
  pushNumber,
  script,
  smallNumberOf,
} from './script.js'
export {
  sighash,
  SIGHASH_ALL,
  SIGHASH_ANYONE_CAN_PAY,
  SIGHASH_NAMES,
  SIGHASH_NONE,
  SIGHASH_SINGLE,
  sighashPreimage,
  type SighashRequest,
} from './sighash.js'
export {
  deregisterAddresses,
  formOf,
  isKeySized,
  lockedMultisig,
  multisig,
  nullData,
  payToKey,
  payToKeyHash,
  payToScriptHash,
  registerAddresses,
  type Registration,
  type ScriptForm,
} from './templates.js'
