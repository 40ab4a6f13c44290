import { createBase58check } from '@scure/base'
import { concat } from '../../util/index.js'
import { hash160, oceanError, sha256 } from '../codec/index.js'
import { formOf, payToKeyHash, payToScriptHash } from '../script/index.js'

/** The first byte of whatever a chain writes in base58. */
export interface AddressPrefixes {
  readonly keyHash: number
  readonly scriptHash: number
  readonly privateKey: number
  /** Before the prefix of the plain address in a confidential one. */
  readonly blinded: number
}

const OTHER_CHAINS: AddressPrefixes = { keyHash: 235, scriptHash: 75, privateKey: 239, blinded: 4 }

const PREFIXES: ReadonlyMap<string, AddressPrefixes> = new Map([
  ['ocean_main', { ...OTHER_CHAINS, keyHash: 28, scriptHash: 87, privateKey: 128 }],
  ['gold_main', { ...OTHER_CHAINS, keyHash: 38, scriptHash: 97, privateKey: 180 }],
])

export const prefixesOf = (chain: string): AddressPrefixes => PREFIXES.get(chain) ?? OTHER_CHAINS

export interface Destination {
  readonly type: 'keyHash' | 'scriptHash'
  /** 20 bytes. */
  readonly hash: Uint8Array
}

const base58 = createBase58check(sha256)

const HASH_BYTES = 20
const KEY_BYTES = 33

export const encodeAddress = ({ type, hash }: Destination, prefixes: AddressPrefixes): string =>
  base58.encode(concat(Uint8Array.of(prefixes[type]), hash))

/** An address that names a blinding key besides. */
export const encodeConfidentialAddress = (
  { type, hash }: Destination,
  blindingKey: Uint8Array,
  { blinded, ...prefixes }: AddressPrefixes,
): string => base58.encode(concat(Uint8Array.of(blinded, prefixes[type]), blindingKey, hash))

const decoded = (text: string): Uint8Array => {
  try {
    return base58.decode(text)
  } catch (error) {
    throw oceanError('malformed-address', 'no base58 with a right checksum', {}, { cause: error })
  }
}

export interface DecodedAddress extends Destination {
  readonly blindingKey?: Uint8Array
}

/** @throws CodedError `malformed-address` */
export const decodeAddress = (text: string, prefixes: AddressPrefixes): DecodedAddress => {
  const bytes = decoded(text)
  const isConfidential = bytes[0] === prefixes.blinded && bytes.length === 2 + KEY_BYTES + HASH_BYTES
  const plain = isConfidential ? concat(bytes.subarray(1, 2), bytes.subarray(2 + KEY_BYTES)) : bytes
  const type = plain[0] === prefixes.keyHash ? 'keyHash' : 'scriptHash'
  if (plain[0] !== prefixes[type] || plain.length !== 1 + HASH_BYTES) {
    throw oceanError('malformed-address', 'no address of this chain')
  }
  const destination = { type, hash: plain.subarray(1) } as const
  return isConfidential ? { ...destination, blindingKey: bytes.subarray(2, 2 + KEY_BYTES) } : destination
}

export const scriptOfDestination = ({ type, hash }: Destination): Uint8Array =>
  type === 'keyHash' ? payToKeyHash(hash) : payToScriptHash(hash)

export const destinationOfKey = (publicKey: Uint8Array): Destination => ({
  type: 'keyHash',
  hash: hash160(publicKey),
})

export const destinationOfScript = (redeemScript: Uint8Array): Destination => ({
  type: 'scriptHash',
  hash: hash160(redeemScript),
})

/** Who an output pays, for the two forms that have an address of their own. */
export const destinationOf = (script: Uint8Array): Destination | undefined => {
  const form = formOf(script)
  if (form.type === 'pubkeyhash') return { type: 'keyHash', hash: form.hash }
  return form.type === 'scripthash' ? { type: 'scriptHash', hash: form.hash } : undefined
}

export interface PrivateKey {
  readonly bytes: Uint8Array
  readonly isCompressed: boolean
}

export const encodePrivateKey = ({ bytes, isCompressed }: PrivateKey, prefixes: AddressPrefixes): string =>
  base58.encode(concat(Uint8Array.of(prefixes.privateKey), bytes, Uint8Array.from(isCompressed ? [1] : [])))

/** @throws CodedError `malformed-key` */
export const decodePrivateKey = (text: string, prefixes: AddressPrefixes): PrivateKey => {
  const bytes = decodedKey(text)
  const isCompressed = bytes.length === 34 && bytes[33] === 1
  if (bytes[0] !== prefixes.privateKey || (bytes.length !== 33 && !isCompressed)) {
    throw oceanError('malformed-key', 'no private key of this chain')
  }
  return { bytes: bytes.subarray(1, 33), isCompressed }
}

const decodedKey = (text: string): Uint8Array => {
  try {
    return base58.decode(text)
  } catch {
    // The text is a secret or a part of one: it goes into no error.
    throw oceanError('malformed-key', 'no base58 with a right checksum')
  }
}
