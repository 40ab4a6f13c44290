import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addToPrivateKey,
  contractHashOf,
  decodeAddress,
  decodePrivateKey,
  destinationOfKey,
  encodeAddress,
  encodeConfidentialAddress,
  encodePrivateKey,
  hasLowS,
  isPublicKey,
  isStrictDer,
  prefixesOf,
  publicKeyOf,
  signDigest,
  tweakPrivateKey,
  tweakPublicKey,
  untweakPublicKey,
  verifyDigest,
} from '../../../../src/ocean/keys/index.js'
import { fromHex, toHex } from '../../../../src/util/index.js'
import { RECORDED_CONTRACT } from '../../../support/ocean/embedded.js'
import { RECORDED_CONTRACT_HASH } from '../../../support/ocean/recorded-chain.js'
import { recordedKeys } from '../../../support/ocean/recordings.js'

const prefixes = prefixesOf('ocean_test')
const scalar = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((bytes) => (bytes[0] ?? 0) < 0xff && bytes.some(Boolean))

describe('keys and addresses', () => {
  it.each(recordedKeys)('of $name are those a node printed', ({ priv, wif, pub, addr }) => {
    const bytes = fromHex(priv)
    expect(toHex(publicKeyOf(bytes))).toBe(pub)
    expect(encodeAddress(destinationOfKey(fromHex(pub)), prefixes)).toBe(addr)
    expect(encodePrivateKey({ bytes, isCompressed: true }, prefixes)).toBe(wif)
    expect(decodePrivateKey(wif, prefixes)).toEqual({ bytes, isCompressed: true })
    expect(decodeAddress(addr, prefixes)).toEqual(destinationOfKey(fromHex(pub)))
  })

  it('read back what they wrote, plain and confidential, and on no other chain', () => {
    const [key] = recordedKeys
    const destination = destinationOfKey(fromHex(key?.pub ?? ''))
    const text = encodeConfidentialAddress(destination, fromHex(key?.pub ?? ''), prefixes)
    expect(decodeAddress(text, prefixes)).toMatchObject({
      ...destination,
      blindingKey: fromHex(key?.pub ?? ''),
    })
    expect(() => decodeAddress(text, prefixesOf('ocean_main'))).toThrow(
      expect.objectContaining({ code: 'malformed-address' }) as Error,
    )
  })

  it.each(['', '0', 'nonsense', '2dnzSqNxmGTb8GVaaozuPvFmSgSmnwEJS8c', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'])(
    'are refused with a code: %s',
    (text) => {
      expect(() => decodeAddress(text, prefixes)).toThrow(
        expect.objectContaining({ code: 'malformed-address' }) as Error,
      )
      expect(() => decodePrivateKey(text, prefixes)).toThrow(
        expect.objectContaining({ code: 'malformed-key' }) as Error,
      )
    },
  )
})

describe('the tweak by the contract', () => {
  it('has the recorded hash, whatever ends the last line', () => {
    expect(contractHashOf(RECORDED_CONTRACT)).toBe(RECORDED_CONTRACT_HASH)
    expect(contractHashOf(RECORDED_CONTRACT.trimEnd())).toBe(RECORDED_CONTRACT_HASH)
  })

  it('makes of a base key what a node showed beside it', () => {
    const base = fromHex('0216f6f69a86ae53070d8866a9f87a7f14a0661a9edc2d5cf2efc5542235fd65e6')
    const tweaked = '022bfa325c7a6a64c33acedcacc457b30e46d00f3b7b8def5ebb360a6a24523ec2'
    expect(toHex(tweakPublicKey(base, RECORDED_CONTRACT_HASH))).toBe(tweaked)
    expect(untweakPublicKey(fromHex(tweaked), RECORDED_CONTRACT_HASH)).toEqual(base)
    const printed = decodePrivateKey('cR37SPMVK7V8HsQfYuha65wLUzdgQHxRroE8gv9VP5dKtLbaq4go', prefixes)
    expect(toHex(publicKeyOf(printed.bytes))).toBe(tweaked)
  })

  it('goes the same way for both halves of a key, and nowhere without a contract', () => {
    fc.assert(
      fc.property(scalar, scalar, (secret, contract) => {
        const hash = toHex(contract)
        expect(publicKeyOf(tweakPrivateKey(secret, hash))).toEqual(tweakPublicKey(publicKeyOf(secret), hash))
      }),
      { numRuns: 10 },
    )
    const key = publicKeyOf(new Uint8Array(32).fill(5))
    expect(tweakPublicKey(key, '00'.repeat(32))).toEqual(key)
    expect(addToPrivateKey(new Uint8Array(32).fill(5), new Uint8Array(32))).toEqual(
      new Uint8Array(32).fill(5),
    )
  })
})

describe('signatures', () => {
  it('are strict, low and the same each time; they hold for their digest and key alone', () => {
    fc.assert(
      fc.property(scalar, scalar, (secret, digest) => {
        const signature = signDigest(digest, secret)
        expect(signDigest(digest, secret)).toEqual(signature)
        expect(isStrictDer(signature) && hasLowS(signature)).toBe(true)
        const key = publicKeyOf(secret)
        expect(verifyDigest(signature, digest, key)).toBe(true)
        const other = Uint8Array.from(digest, (byte, i) => (i === 31 ? byte ^ 1 : byte))
        expect(verifyDigest(signature, other, key)).toBe(false)
      }),
      { numRuns: 10 },
    )
  })

  it('of any bytes are no fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 70 }), (signature, key) => {
        expect(verifyDigest(signature, new Uint8Array(32), key)).toBe(false)
        expect(typeof isPublicKey(key)).toBe('boolean')
      }),
      { numRuns: 100 },
    )
  })
})
