import { tagged } from '../feeds/index.js'
import { ByteReader, concat, fromHex, toHex, u64 } from '../util/index.js'

declare const brand: unique symbol

/** 64 lower-case hexadecimal digits: the ed25519 public key that the account's owner signs with. */
export type AccountId = string & { readonly [brand]: 'AccountId' }

export interface Account {
  /** STORE units. */
  readonly balance: bigint
  /** The nonce that the account's next transaction must carry. */
  readonly nonce: bigint
}

/** What an account is before anything reached it. It is the one value never stored, so that it has one form. */
export const NO_ACCOUNT: Account = Object.freeze({ balance: 0n, nonce: 0n })

/** Balances, amounts and fees are u64. */
export const MAX_UNITS = (1n << 64n) - 1n

export const isAccountId = (text: unknown): text is AccountId =>
  typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)

export const accountIdOf = (publicKey: Uint8Array): AccountId => toHex(publicKey) as AccountId

export const accountBytes = (id: AccountId): Uint8Array => fromHex(id, 32)

export const isNoAccount = ({ balance, nonce }: Account): boolean => balance === 0n && nonce === 0n

const KEY_TAG = 'bf/account/v1'

/** Key of the account's leaf in the state map: `"bf/account/v1" | public key`. */
export const accountKey = (id: AccountId): Uint8Array => tagged(KEY_TAG, accountBytes(id))

/** The account whose leaf has this key, or null if it is the key of something else. */
export const accountOfKey = (key: Uint8Array): AccountId | null => {
  if (key.length !== KEY_TAG.length + 32) return null
  const id = accountIdOf(key.subarray(KEY_TAG.length))
  return Buffer.compare(accountKey(id), key) === 0 ? id : null
}

/** `u64 balance | u64 nonce` */
export const encodeAccount = ({ balance, nonce }: Account): Uint8Array => concat(u64(balance), u64(nonce))

/** @throws CodedError `truncated-bytes`, `trailing-bytes` */
export const decodeAccount = (bytes: Uint8Array): Account => {
  const reader = new ByteReader(bytes)
  const account = { balance: reader.u64(), nonce: reader.u64() }
  reader.end()
  return account
}
