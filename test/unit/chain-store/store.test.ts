import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type NewBlock, openChainStore, type StoredTransaction } from '../../../src/chain-store/index.js'
import { type CertificateBody, type Hash, messageKeyOf, sha256 } from '../../../src/feeds/index.js'
import { toHex, utf8 } from '../../../src/util/index.js'
import { temporaryDirectory } from '../../support/temporary.js'

const hash = (label: string): Hash => toHex(sha256(utf8(label))) as Hash
const key = (label: string) => messageKeyOf(sha256(utf8(label)))
const CHAIN = hash('chain')

const certificate = (
  type: 'committed' | 'sealed',
  height: number,
): { key: ReturnType<typeof key>; body: CertificateBody } => ({
  key: key(`${type} ${height}`),
  body: {
    type,
    skip: false,
    height,
    round: 0,
    assembled: key(`assembled ${height}`),
    block: hash(`block ${height}`),
    xRoot: hash('x'),
    stateRoot: type === 'sealed' ? hash('state') : null,
    signers: [],
    signatures: [],
    root: hash('root'),
  },
})

const block = (height: number, labels: readonly string[], sequence = height): NewBlock => ({
  header: {
    height,
    epoch: 0,
    block: hash(`block ${height}`),
    slot: hash(`slot ${height}`),
    parent: hash(`block ${height - 1}`),
    cutRoot: hash('cut'),
    txRoot: hash('tx'),
    txCount: labels.length,
    xRoot: hash('x'),
    stateRoot: hash('state'),
    failed: 0,
    assembled: key(`assembled ${height}`),
    round: 0,
  },
  committed: certificate('committed', height),
  transactions: labels.map((label, index): StoredTransaction => ({
    lane: 1,
    sequence,
    index,
    hash: hash(label),
    code: index,
  })),
  cut: [{ lane: 1, sequence, tip: key(`lane ${sequence}`) }],
})

const openIn = async (directory: string, chainId = CHAIN) => {
  const store = await openChainStore(join(directory, 'blocks'), chainId)
  onTestFinished(() => store.close())
  return store
}

describe('chain store', () => {
  it('is empty at first', async () => {
    const store = await openIn(await temporaryDirectory())
    expect(store.latestHeight).toBe(0)
    expect(store.sealedHeight).toBe(0)
    expect(await store.header(1)).toBeUndefined()
    expect(await store.find(hash('a'))).toBeUndefined()
    expect(await store.transactions(1)).toEqual([])
  })

  it('gives back after reopening what was put', async () => {
    const directory = await temporaryDirectory()
    const first = await openIn(directory)
    const [one, two] = [block(1, ['a', 'b']), block(2, ['c'])]
    expect(await first.putBlock(one)).toBe(true)
    expect(await first.putBlock(two)).toBe(true)
    expect(await first.putSealed(certificate('sealed', 1))).toBe(true)
    await first.close()

    const store = await openIn(directory)
    expect(store.latestHeight).toBe(2)
    expect(store.sealedHeight).toBe(1)
    expect(store.executedSequence(1)).toBe(2)
    expect(store.executedSequence(0)).toBe(0)
    expect(await store.header(1)).toEqual(one.header)
    expect(await store.committed(2)).toEqual(two.committed)
    expect(await store.sealed(1)).toEqual(certificate('sealed', 1))
    expect(await store.transactions(1)).toEqual(one.transactions)
    expect(await store.transactionAt(1, 1)).toEqual(one.transactions[1])
    expect(await store.transactionAt(1, 2)).toBeUndefined()
    expect(await store.find(hash('c'))).toEqual({ height: 2, position: 0 })
  })

  it('leaves everything as it is when a replay puts it again', async () => {
    const store = await openIn(await temporaryDirectory())
    await store.putBlock(block(1, ['a']))
    await store.putBlock(block(2, ['b']))
    expect(await store.putBlock(block(1, ['other'], 9))).toBe(false)
    expect(await store.find(hash('other'))).toBeUndefined()
    expect(store.latestHeight).toBe(2)
    await store.putSealed(certificate('sealed', 2))
    expect(await store.putSealed(certificate('sealed', 2))).toBe(false)
  })

  it('keeps the first place of a transaction, within a block and across blocks', async () => {
    const store = await openIn(await temporaryDirectory())
    await store.putBlock(block(1, ['a', 'a']))
    await store.putBlock(block(2, ['a', 'b', 'b']))
    expect(await store.find(hash('a'))).toEqual({ height: 1, position: 0 })
    expect(await store.find(hash('b'))).toEqual({ height: 2, position: 1 })
    expect(await store.transactions(2)).toHaveLength(3)
  })

  it('refuses a gap', async () => {
    const store = await openIn(await temporaryDirectory())
    await expect(store.putBlock(block(2, ['a']))).rejects.toMatchObject({ code: 'block-gap' })
    expect(await store.find(hash('a'))).toBeUndefined()
  })

  it('refuses the directory of another chain', async () => {
    const directory = await temporaryDirectory()
    await (await openIn(directory)).close()
    await expect(openIn(directory, hash('another'))).rejects.toMatchObject({ code: 'chain-store-foreign' })
  })

  it('refuses a directory that is open elsewhere', async () => {
    const directory = await temporaryDirectory()
    await openIn(directory)
    await expect(openIn(directory)).rejects.toMatchObject({ code: 'chain-store-unavailable' })
  })
})
