import { concat, fromBase64, remembered, toBase64, utf8 } from '../util/index.js'

/** Branded strings: one spelling per thing, checked once at the gate and trusted afterwards. */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** `@<base64 of an ed25519 public key>.ed25519`: a node's main identity or one of its role identities. */
export type FeedId = Branded<'FeedId'>

/** `%<base64 of a SHA-256>.sha256`: names one feed message and, through `previous`, its whole prefix. */
export type MessageKey = Branded<'MessageKey'>

/** 64 lower-case hexadecimal digits: a SHA-256. */
export type Hash = Branded<'Hash'>

/** Canonical base64 of a 64-byte ed25519 signature. */
export type Signature = Branded<'Signature'>

/** Of 32 bytes there is one canonical base64: the last digit carries four bits, and two that must be zero. */
const FEED_ID = /^@[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\.ed25519$/
const MESSAGE_KEY = /^%[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\.sha256$/

export const isFeedId = (text: unknown): text is FeedId => typeof text === 'string' && FEED_ID.test(text)
export const isMessageKey = (text: unknown): text is MessageKey =>
  typeof text === 'string' && MESSAGE_KEY.test(text)
export const isHash = (text: unknown): text is Hash => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)

/** The 32 bytes of the public key, shared by all who ask. @throws CodedError `malformed-base64` */
export const feedIdBytes = remembered((id: FeedId): Uint8Array => fromBase64(id.slice(1, 45), 32))
export const feedIdOf = (publicKey: Uint8Array): FeedId => `@${toBase64(publicKey)}.ed25519` as FeedId

/** The 32 bytes of the hash, shared by all who ask. @throws CodedError `malformed-base64` */
export const messageKeyBytes = remembered((key: MessageKey): Uint8Array => fromBase64(key.slice(1, 45), 32))
export const messageKeyOf = (hash: Uint8Array): MessageKey => `%${toBase64(hash)}.sha256` as MessageKey

/** The tip of a lane that holds nothing yet. */
export const NO_MESSAGE: MessageKey = messageKeyOf(new Uint8Array(32))

/** A domain tag in front of everything hashed or signed, so that no byte string has two meanings. */
export const tagged = (tag: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  concat(tagBytes(tag), ...parts)

const tagBytes = remembered(utf8)
