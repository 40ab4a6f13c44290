import { describe, expect, it } from 'vitest'
import { FINAL_SEQUENCE, hash160, type Transaction } from '../../../../src/ocean/codec/index.js'
import { decodePrivateKey, prefixesOf } from '../../../../src/ocean/keys/index.js'
import {
  lockedMultisig,
  multisig,
  payToKey,
  payToKeyHash,
  payToScriptHash,
  pushesOf,
  SIGHASH_ALL,
  SIGHASH_NAMES,
} from '../../../../src/ocean/script/index.js'
import { eitherOf, keySourceOf, signingKeyOf, signTransaction } from '../../../../src/ocean/signing/index.js'
import { recordedKeys } from '../../../support/ocean/recordings.js'

const keys = recordedKeys
  .slice(0, 3)
  .map(({ wif }) => signingKeyOf(decodePrivateKey(wif, prefixesOf('ocean_test'))))
const [one, two, three] = keys
if (!one || !two || !three) throw new Error('too few keys')
const publicKeys = keys.map(({ publicKey }) => publicKey)
const twoOfThree = multisig(2, publicKeys)

const bare: Transaction = {
  version: 2,
  inputs: [
    {
      previous: { txid: '11'.repeat(32), index: 0 },
      script: new Uint8Array(0),
      sequence: FINAL_SEQUENCE,
      isPegIn: false,
    },
  ],
  outputs: [{ asset: '22'.repeat(32), value: 5n, nonce: Uint8Array.of(0), script: payToKey(one.publicKey) }],
  lockTime: 0,
}

const sign = (
  locking: Uint8Array,
  signers: typeof keys,
  redeemScripts: readonly Uint8Array[] = [],
  variants: readonly [Transaction, ...Transaction[]] = [bare],
  type = SIGHASH_ALL,
) => signTransaction({ variants, scriptOf: () => locking, keys: keySourceOf(signers, redeemScripts), type })

const itemsOf = ({ inputs }: Transaction): number =>
  pushesOf(inputs[0]?.script ?? new Uint8Array(0))?.length ?? 0

describe('signing', () => {
  it.each([
    ['a key', payToKey(one.publicKey), []],
    ['the hash of a key', payToKeyHash(hash160(one.publicKey)), []],
    ['a bare multisig', twoOfThree, []],
    ['a multisig behind its hash', payToScriptHash(hash160(twoOfThree)), [twoOfThree]],
    ['a key behind its hash', payToScriptHash(hash160(payToKey(two.publicKey))), [payToKey(two.publicKey)]],
  ])('completes %s', (_, locking, redeemScripts) => {
    expect(sign(locking, keys, redeemScripts).unsigned).toEqual([])
    const none = sign(locking, [], redeemScripts)
    expect(none.unsigned).toEqual([{ index: 0, why: expect.any(String) as string }])
  })

  it.each([...SIGHASH_NAMES])('holds when it covers %s', (_, type) => {
    expect(sign(payToKeyHash(hash160(one.publicKey)), [one], [], [bare], type).unsigned).toEqual([])
  })

  it('says that a lock is still closed, and signs all the same', () => {
    const locked = sign(lockedMultisig(100, 1, publicKeys), [two])
    expect(locked.unsigned).toEqual([{ index: 0, why: 'Locktime requirement not satisfied' }])
    expect(itemsOf(locked.transaction)).toBe(2)
    const open = { ...bare, lockTime: 100, inputs: bare.inputs.map((input) => ({ ...input, sequence: 0 })) }
    expect(sign(lockedMultisig(100, 1, publicKeys), [two], [], [open]).unsigned).toEqual([])
  })

  it.each([
    ['behind its hash', payToScriptHash(hash160(twoOfThree)), [twoOfThree]],
    ['bare', twoOfThree, []],
  ])('makes one of what several signed, in any order: %s', (_, locking, redeemScripts) => {
    const first = sign(locking, [three], redeemScripts).transaction
    const second = sign(locking, [one], redeemScripts).transaction
    const merged = sign(locking, [], redeemScripts, [first, second])
    const other = sign(locking, [], redeemScripts, [second, first])
    expect(merged.unsigned).toEqual([])
    expect(other.transaction).toEqual(merged.transaction)
    expect(sign(locking, [two], redeemScripts, [first]).unsigned).toEqual([])
  })

  it('leaves out what is no signature of the keys, and what is one too many', () => {
    const stranger = sign(multisig(1, [two.publicKey]), [two]).transaction
    const own = sign(twoOfThree, [one]).transaction
    // It covers another script, though a key of this one made it.
    expect(sign(twoOfThree, [], [], [own, stranger]).unsigned).toHaveLength(1)
    const junk = {
      ...bare,
      inputs: bare.inputs.map((input) => ({ ...input, script: Uint8Array.of(2, 1, 1, 0x51) })),
    }
    expect(sign(twoOfThree, [one], [], [bare, junk]).unsigned).toHaveLength(1)
    expect(itemsOf(sign(twoOfThree, keys).transaction)).toBe(3)
  })

  it('says of a coin nobody knows that it was not found', () => {
    const lost = signTransaction({
      variants: [bare],
      scriptOf: () => undefined,
      keys: keySourceOf([]),
      type: 1,
    })
    expect(lost.unsigned).toEqual([{ index: 0, why: 'Input not found or already spent' }])
  })

  it('asks one source of keys after the other', () => {
    const both = eitherOf(keySourceOf([one]), keySourceOf([two], [twoOfThree]))
    expect(both.key(hash160(two.publicKey))).toBe(two)
    expect(both.redeemScript(hash160(twoOfThree))).toEqual(twoOfThree)
    expect(both.key(hash160(three.publicKey))).toBeUndefined()
  })
})
