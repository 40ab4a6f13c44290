import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Verify } from '../../../src/protocol/index.js'
import { equalBytes, toHex, utf8 } from '../../../src/util/index.js'

/** How role keys sign in a simulation. */
export interface SignatureScheme {
  /** The key pair that this text always gives. */
  keyPair(seed: string): KeyPair
  readonly verify: Verify
}

export interface KeyPair {
  readonly publicKey: Uint8Array
  sign(bytes: Uint8Array): Uint8Array
}

/**
 * A keyed checksum in the place of ed25519, some hundred times as fast. Anyone could compute it, but nobody in a
 * simulation does: a forger is a fault module that uses a key of its own.
 */
export const hashedSignatures: SignatureScheme = {
  keyPair: (seed) => {
    const publicKey = digest('sha256', utf8(`public key of ${seed}`))
    return { publicKey, sign: (bytes) => checksum(publicKey, bytes) }
  },
  verify: (publicKey, bytes, signature) => equalBytes(checksum(publicKey, bytes), signature),
}

/** Mixes every byte of both into two words, and spreads those over the 64 bytes of a signature. */
const checksum = (publicKey: Uint8Array, bytes: Uint8Array): Uint8Array => {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (const part of [publicKey, bytes]) {
    // An index, since an iterator takes longer than the arithmetic.
    for (let index = 0; index < part.length; index++) {
      const byte = part[index] ?? 0
      a = Math.imul(a ^ byte, 0x9e3779b1)
      b = Math.imul(b ^ byte ^ (a >>> 15), 0x5f356495)
    }
  }
  const words = new Uint32Array(16)
  for (let word = 0; word < words.length; word++) {
    a = Math.imul(a ^ (b >>> 16), 0x85ebca6b)
    b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35)
    words[word] = a ^ b
  }
  return new Uint8Array(words.buffer)
}

/** Real ed25519, for runs that should prove the signed bytes too. */
export const ed25519Signatures = (): SignatureScheme => {
  const publicKeys = new Map<string, KeyObject>()
  const keyOf = (publicKey: Uint8Array): KeyObject => {
    const name = toHex(publicKey)
    const known = publicKeys.get(name)
    if (known) return known
    const der = Buffer.concat([PUBLIC_KEY_PREFIX, publicKey])
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    publicKeys.set(name, key)
    return key
  }
  return {
    keyPair: (seed) => {
      const der = Buffer.concat([SECRET_KEY_PREFIX, digest('sha256', utf8(`secret key of ${seed}`))])
      const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
      return {
        publicKey: new Uint8Array(spki.subarray(PUBLIC_KEY_PREFIX.length)),
        sign: (bytes) => new Uint8Array(sign(null, bytes, secret)),
      }
    },
    verify: (publicKey, bytes, signature) => verify(null, bytes, keyOf(publicKey), signature),
  }
}

/** What RFC 8410 puts in front of the 32 bytes of an ed25519 key. */
const SECRET_KEY_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

const digest = (algorithm: 'sha256' | 'sha512', bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash(algorithm).update(bytes).digest())
