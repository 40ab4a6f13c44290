import { createBase58check } from '@scure/base'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../../src/ocean/codec/index.js'
import { deriverOf, secretAt } from '../../../../src/ocean/wallet/derivation.js'
import { fromHex, toHex } from '../../../../src/util/index.js'

/** Vectors of BIP 32: the hardened paths among them. The last 32 bytes of an extended key are the secret. */
const VECTORS: readonly (readonly [seed: string, path: readonly number[], key: string])[] = [
  [
    '000102030405060708090a0b0c0d0e0f',
    [0],
    'xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7',
  ],
  [
    '3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678',
    [0, 1],
    'xprv9xJocDuwtYCMNAo3Zw76WENQeAS6WGXQ55RCy7tDJ8oALr4FWkuVoHJeHVAcAqiZLE7Je3vZJHxspZdFHfnBEjHqU5hG1Jaj32dVoS6XLT1',
  ],
]

describe('keys derived from a seed', () => {
  it.each(VECTORS)('%s %j', (seed, path, key) => {
    const secret = createBase58check(sha256).decode(key).slice(-32)
    expect(toHex(secretAt(fromHex(seed), path))).toBe(toHex(secret))
  })

  it('stand on the path of real nodes', () => {
    const seed = new Uint8Array(32).fill(7)
    expect(deriverOf(seed)(5)).toEqual(secretAt(seed, [0, 0, 5]))
  })
})
