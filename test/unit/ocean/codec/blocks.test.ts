import { describe, expect, it } from 'vitest'
import {
  blockHash,
  bytesOfHex,
  decodeBlock,
  decodeHeader,
  encodeBlock,
  encodeHeader,
  transactionId,
  transactionsRoot,
  witnessCommitment,
} from '../../../../src/ocean/codec/index.js'
import { toHex } from '../../../../src/util/index.js'
import {
  acceptedBlocks,
  allCalls,
  describedBlocks,
  recordedVector,
} from '../../../support/ocean/recordings.js'

const blocks = [...acceptedBlocks()].sort(([a], [b]) => a - b)
const described = describedBlocks()

describe('blocks the nodes accepted', () => {
  it('are the first ten in a row and later ones', () => {
    expect(blocks.map(([height]) => height)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 41, 43, 44, 47, 48, 62, 65, 69, 70, 71, 76,
    ])
  })

  it.each(blocks)('at height %i decode, and encode to the same bytes', (height, hex) => {
    const block = decodeBlock(bytesOfHex(hex))
    expect(block.header.height).toBe(height)
    expect(toHex(encodeBlock(block))).toBe(hex)
    expect(transactionsRoot(block.transactions)).toBe(block.header.merkleRoot)
  })

  it.each(blocks.slice(1))('at height %i commit to their witnesses', (_, hex) => {
    const { transactions } = decodeBlock(bytesOfHex(hex))
    const [coinbase] = transactions
    const commitment = coinbase?.outputs.at(-1)?.script ?? new Uint8Array()
    const nonce = coinbase?.witness?.inputs[0]?.stack[0] ?? new Uint8Array()
    expect(toHex(commitment)).toBe(`6a24aa21a9ed${toHex(witnessCommitment(transactions, nonce))}`)
  })

  it('follow each other by hash where they are in a row', () => {
    const known = new Map(blocks.map(([height, hex]) => [height, decodeBlock(bytesOfHex(hex)).header]))
    const followed = [...known.values()].filter(({ height, previousHash }) => {
      const previous = known.get(height - 1)
      if (previous) expect(previousHash).toBe(blockHash(previous))
      return previous !== undefined
    })
    expect(followed.length).toBe(13)
  })
})

describe('blocks the nodes described', () => {
  const headers = new Map(
    blocks.map(([, hex]) => {
      const block = decodeBlock(bytesOfHex(hex))
      return [blockHash(block.header), block] as const
    }),
  )
  const known = described.filter(({ hash }) => headers.has(String(hash)))

  it.each(known.map((fields) => [fields.height, fields] as const))('at height %s agree', (_, fields) => {
    const block = headers.get(String(fields.hash))
    if (!block) throw new Error('unknown block')
    const { header, transactions } = block
    expect({
      height: header.height,
      version: header.version,
      merkleroot: header.merkleRoot,
      time: header.time,
      contracthash: header.contractHash,
      attestationhash: header.attestationHash,
      mappinghash: header.mappingHash,
    }).toEqual({
      height: fields.height,
      version: fields.version,
      merkleroot: fields.merkleroot,
      time: fields.time,
      contracthash: fields.contracthash,
      attestationhash: fields.attestationhash,
      mappinghash: fields.mappinghash,
    })
    if (header.height > 0) expect(header.previousHash).toBe(fields.previousblockhash)
    if (Array.isArray(fields.tx) && typeof fields.tx[0] === 'string') {
      expect(transactions.map(transactionId)).toEqual(fields.tx)
    }
    if (fields.size !== undefined) expect(encodeBlock(block).length).toBe(fields.size)
  })

  it('were given raw as well', () => {
    const raw = allCalls.filter(({ method, params }) => method === 'getblockheader' && params?.[1] === false)
    expect(raw.length).toBeGreaterThan(1)
    for (const { params, result } of raw) {
      const header = decodeHeader(bytesOfHex(String(result)))
      expect(blockHash(header)).toBe(params?.[0])
      expect(toHex(encodeHeader(header))).toBe(result)
    }
  })
})

describe('the recomputed block facts', () => {
  it('hash everything up to the challenge', () => {
    const { preimage, hash } = recordedVector('block hash')
    expect(blockHash(decodeHeader(bytesOfHex(`${String(preimage)}00`)))).toBe(hash)
  })

  it('commit to witnesses with a nonce of zeros', () => {
    const [, first] = blocks[1] ?? []
    const { transactions } = decodeBlock(bytesOfHex(String(first)))
    expect(toHex(witnessCommitment(transactions, new Uint8Array(32)))).toBe(
      recordedVector('witness commitment').commitment,
    )
  })
})
