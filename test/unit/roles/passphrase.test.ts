import sodium from 'sodium-native'
import { describe, expect, it, test } from 'vitest'
import { deriveKey, seal, unseal } from '../../../src/roles/passphrase.js'
import { toHex, utf8 } from '../../../src/util/index.js'
import { seedOf } from '../../support/network.js'

/** libsodium's argon2id: version 1.3, one lane. */
const opinionOfLibsodium = (passphrase: string, salt: Uint8Array, passes: number, memoryKiB: number) => {
  const key = Buffer.alloc(32)
  sodium.crypto_pwhash(
    key,
    Buffer.from(passphrase, 'utf8'),
    Buffer.from(salt),
    passes,
    memoryKiB * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  )
  return key.toString('hex')
}

describe('argon2id', () => {
  const salt = seedOf('salt').subarray(0, 16)

  test.each([
    ['correct horse battery staple', 1, 8],
    ['correct horse battery staple', 3, 1024],
    ['páss wörd', 2, 64],
  ])('agrees with libsodium on %j, %i passes, %i KiB', async (passphrase, passes, memoryKiB) => {
    const key = await deriveKey(passphrase, salt, { passes, memoryKiB })
    expect(toHex(key)).toBe(opinionOfLibsodium(passphrase, salt, passes, memoryKiB))
  })
})

describe('a sealed secret', () => {
  it('says how it was sealed and opens with the passphrase', async () => {
    const sealed = await seal(utf8('a secret'), 'passphrase', { passes: 2, memoryKiB: 16 })
    expect(sealed).toMatchObject({ kdf: 'argon2id', passes: 2, memoryKiB: 16, cipher: 'xsalsa20poly1305' })
    expect(await unseal(sealed, 'passphrase')).toEqual(utf8('a secret'))
    await expect(unseal({ ...sealed, passes: 1 }, 'passphrase')).rejects.toMatchObject({
      code: 'passphrase-wrong',
    })
  })
})
