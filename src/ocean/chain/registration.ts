import { equalBytes } from '../../util/index.js'
import { WireReader } from '../codec/index.js'
import {
  type Destination,
  destinationOfKey,
  destinationOfScript,
  isPublicKey,
  tweakPublicKey,
} from '../keys/index.js'
import { multisig } from '../script/index.js'

/** What a register-address output lists: addresses with the keys they come from (version 1, not encrypted). */
export type RegisteredAddress = Destination & {
  /** The keys before the contract tweak; none for entries that name a hash alone. */
  readonly baseKeys: readonly Uint8Array[]
  /** Signatures wanted, for a multisig. */
  readonly required: number
}

const HASH_BYTES = 20
const KEY_BYTES = 33
const DERIVED = 0
const MULTISIG = 1
const SCRIPT_HASH = 2
const KEY_HASH = 3

const readMultisig = (reader: WireReader): RegisteredAddress => {
  const [required, count] = [reader.u8(), reader.u8()]
  const hash = reader.take(HASH_BYTES)
  const baseKeys = Array.from({ length: count }, () => reader.take(KEY_BYTES))
  return { type: 'scriptHash', hash, baseKeys, required }
}

const readEntry = (reader: WireReader): RegisteredAddress | undefined => {
  const kind = reader.u8()
  if (kind === MULTISIG) return readMultisig(reader)
  if (kind === DERIVED) {
    return { type: 'keyHash', hash: reader.take(HASH_BYTES), baseKeys: [reader.take(KEY_BYTES)], required: 1 }
  }
  if (kind !== SCRIPT_HASH && kind !== KEY_HASH) return undefined
  const type = kind === SCRIPT_HASH ? 'scriptHash' : 'keyHash'
  return { type, hash: reader.take(HASH_BYTES), baseKeys: [], required: 0 }
}

/** The entries of a payload, or undefined for one that is no sequence of whole entries. */
export const decodeRegistrations = (payload: Uint8Array): readonly RegisteredAddress[] | undefined => {
  const reader = new WireReader(payload)
  const entries: RegisteredAddress[] = []
  try {
    while (reader.remaining > 0) {
      const entry = readEntry(reader)
      if (!entry) return undefined
      entries.push(entry)
    }
  } catch {
    return undefined
  }
  return entries
}

/** Whether the address comes from its base keys and the contract; entries that name no key have nothing to show. */
export const isDerived = (address: RegisteredAddress, contractHash: string): boolean => {
  const { type, hash, baseKeys, required } = address
  if (baseKeys.length === 0) return true
  if (!baseKeys.every(isPublicKey)) return false
  const keys = baseKeys.map((key) => tweakPublicKey(key, contractHash))
  const [first] = keys
  if (type === 'keyHash') return first !== undefined && equalBytes(destinationOfKey(first).hash, hash)
  return (
    required >= 1 && required <= 16 && equalBytes(destinationOfScript(multisig(required, keys)).hash, hash)
  )
}
