import { hash } from 'node:crypto'

import sodium from 'sodium-native'

import type { Verify } from '../protocol/index.js'
import { concat, view } from '../util/index.js'

/** Signatures remembered as good: several blocks' worth of votes and transactions. */
const REMEMBERED = 32_768

/** ed25519 by libsodium, the fastest there is on this platform. */
export const verify: Verify = (publicKey, bytes, signature) =>
  publicKey.length === 32 &&
  signature.length === 64 &&
  sodium.crypto_sign_verify_detached(view(signature), view(bytes), view(publicKey))

/**
 * Remembers good signatures, since the same one comes again: a vote inside certificates, a transaction first when
 * it is accepted and then in its block. The result stays a pure function of its arguments.
 */
export const rememberingVerify = (check: Verify = verify, limit: number = REMEMBERED): Verify => {
  const good = new Set<string>()
  return (publicKey, bytes, signature) => {
    const name = hash('sha256', concat(publicKey, signature, bytes), 'base64')
    if (good.has(name)) return true
    if (!check(publicKey, bytes, signature)) return false
    good.add(name)
    if (good.size > limit) for (const oldest of good) return good.delete(oldest)
    return true
  }
}
