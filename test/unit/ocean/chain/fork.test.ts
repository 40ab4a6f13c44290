import { describe, expect, it } from 'vitest'
import {
  checkFork,
  decodeForkProof,
  encodeForkProof,
  forkProof,
  genesisOf,
} from '../../../../src/ocean/chain/index.js'
import { blockDigest, blockHash, type BlockHeader, NULL_ID } from '../../../../src/ocean/codec/index.js'
import { signDigest } from '../../../../src/ocean/keys/index.js'
import { formOf, push, script } from '../../../../src/ocean/script/index.js'
import { fromHex, toHex } from '../../../../src/util/index.js'
import { recordedConfiguration } from '../../../support/ocean/recorded-chain.js'
import { recordedKeys } from '../../../support/ocean/recordings.js'

const { parameters } = genesisOf(recordedConfiguration)
const form = formOf(recordedConfiguration.signBlockScript)
const members = form.type === 'multisig' ? form.keys.map(toHex) : []

const privateKeyOf = (member: number): Uint8Array =>
  fromHex(recordedKeys.find(({ pub }) => pub === members[member])?.priv ?? '')

const header = (time: number, height = 5): BlockHeader => ({
  version: 0x20000000,
  previousHash: 'ab'.repeat(32),
  merkleRoot: 'cd'.repeat(32),
  contractHash: NULL_ID,
  attestationHash: NULL_ID,
  mappingHash: NULL_ID,
  time,
  height,
  challenge: recordedConfiguration.signBlockScript,
  solution: new Uint8Array(0),
})

const signedBy = (bare: BlockHeader, ...signers: number[]): BlockHeader => ({
  ...bare,
  solution: script(0, ...signers.map((member) => push(signDigest(blockDigest(bare), privateKeyOf(member))))),
})

describe('the proof of a fork', () => {
  const a = signedBy(header(100), 0, 1)
  const b = signedBy(header(101), 1, 2)

  it('names the height, both blocks, and who signed both', () => {
    const proof = forkProof(a, b)
    expect(checkFork(proof, parameters)).toEqual({
      height: 5,
      blocks: [blockHash(a), blockHash(b)].sort(),
      signers: [members[1]],
    })
    expect(forkProof(b, a)).toEqual(proof)
    expect(decodeForkProof(encodeForkProof(proof))).toEqual(proof)
  })

  it.each([
    ['one block, signed twice', a, signedBy(header(100), 0, 2), 'fork-of-one-block'],
    ['blocks of two heights', a, signedBy(header(101, 6), 1, 2), 'fork-heights-differ'],
    ['a block without its signatures', a, header(101), 'fork-unsigned'],
    ['a block signed by too few', a, signedBy(header(101), 1), 'fork-unsigned'],
    ['the signatures of another block', a, { ...header(101), solution: a.solution }, 'fork-unsigned'],
    ['a challenge of its own', a, { ...header(101), challenge: Uint8Array.of(0x51) }, 'fork-unsigned'],
  ])('is not made of %s', (_, one, other, fault) => {
    expect(checkFork(forkProof(one, other), parameters)).toBe(fault)
  })

  it('is nothing more and nothing less than two headers', () => {
    const bytes = encodeForkProof(forkProof(a, b))
    expect(() => decodeForkProof(bytes.subarray(0, -1))).toThrow()
    expect(() => decodeForkProof(new Uint8Array([...bytes, 0]))).toThrow()
  })
})
