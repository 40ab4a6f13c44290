import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClassicMessage, Hash } from '../../../src/feeds/index.js'
import {
  classicSize,
  encodeBody,
  feedIdOf,
  isClassicMessage,
  MESSAGE_SIZE_LIMIT,
  messageKeyOf,
} from '../../../src/feeds/index.js'
import type { AccountId, Transaction } from '../../../src/ledger/index.js'
import {
  decodeTransaction,
  encodeTransaction,
  MAX_RECORD_SIZE,
  MAX_TRANSACTION_SIZE,
  MAX_UNITS,
  signingBytes,
  signRecord,
  signTransfer,
  transactionHash,
} from '../../../src/ledger/index.js'
import { CodedError, fromHex, toBase64, toHex } from '../../../src/util/index.js'
import { readVectors, verifyEd25519, walletOfSeed } from './support.js'

interface TransactionVectors {
  readonly chainId: Hash
  readonly seeds: Readonly<Record<string, string>>
  readonly accounts: Readonly<Record<string, AccountId>>
  readonly valid: readonly {
    readonly name: string
    readonly bytes: string
    readonly hash: Hash
    readonly transaction: Readonly<Record<string, string>>
  }[]
  readonly invalid: readonly { readonly name: string; readonly bytes: string; readonly code: string }[]
}

const vectors = readVectors('ledger-transactions') as TransactionVectors

const decoded = (bytes: Uint8Array): Transaction => {
  const transaction = decodeTransaction(bytes)
  if (typeof transaction === 'string') throw new Error(`refused as ${transaction}`)
  return transaction
}

const plain = (transaction: Transaction): Record<string, string> => {
  const { signature: _signature, ...rest } = transaction
  return Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? toHex(value) : `${value}`,
    ]),
  )
}

describe('vectors', () => {
  it.each(vectors.valid)('$name', ({ bytes, hash, transaction }) => {
    const raw = fromHex(bytes)
    const result = decoded(raw)
    expect(plain(result)).toEqual(transaction)
    expect(toHex(encodeTransaction(result))).toBe(bytes)
    expect(transactionHash(raw)).toBe(hash)
    const signed = signingBytes(vectors.chainId, result)
    expect(verifyEd25519(fromHex(result.from), signed, result.signature)).toBe(true)
  })

  it.each(vectors.invalid)('$name: $code', ({ bytes, code }) => {
    expect(decodeTransaction(fromHex(bytes))).toBe(code)
  })

  it.each(Object.entries(vectors.seeds))('the account of %s', (name, seed) => {
    expect(walletOfSeed(fromHex(seed)).account).toBe(vectors.accounts[name])
  })

  it('come out of the wallet byte by byte', () => {
    for (const { bytes } of vectors.valid) {
      const { signature: _signature, ...unsigned } = decoded(fromHex(bytes))
      const name = Object.keys(vectors.accounts).find((key) => vectors.accounts[key] === unsigned.from) ?? ''
      const { sign } = walletOfSeed(fromHex(vectors.seeds[name] ?? ''))
      const built =
        unsigned.kind === 'transfer'
          ? signTransfer(vectors.chainId, unsigned, sign)
          : signRecord(vectors.chainId, unsigned, sign)
      expect(toHex(built)).toBe(bytes)
    }
  })
})

const account = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes) as AccountId)
const units = fc.bigInt({ min: 0n, max: MAX_UNITS })
const header = { from: account, nonce: units, validUntil: units, fee: units }
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 })
const transaction: fc.Arbitrary<Transaction> = fc.oneof(
  fc.record({ kind: fc.constant('transfer' as const), ...header, to: account, amount: units, signature }),
  fc.record({
    kind: fc.constant('record' as const),
    ...header,
    data: fc.uint8Array({ maxLength: MAX_RECORD_SIZE, size: 'max' }),
    signature,
  }),
)

describe('any transaction', () => {
  it('survives encoding and decoding, within the size limit', () => {
    fc.assert(
      fc.property(transaction, (value) => {
        const bytes = encodeTransaction(value)
        expect(bytes.length).toBeLessThanOrEqual(MAX_TRANSACTION_SIZE)
        expect(decodeTransaction(bytes)).toEqual(value)
      }),
    )
  })

  it('has one form: what decodes at all encodes to the same bytes', () => {
    const changed = fc
      .tuple(transaction, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([value, place, flip]) => {
        const bytes = encodeTransaction(value)
        return bytes.map((byte, index) =>
          index === place % Math.min(bytes.length, 130) ? byte ^ flip : byte,
        )
      })
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 5000, size: 'max' })), (bytes) => {
        const result = decodeTransaction(bytes)
        if (typeof result === 'string') return
        expect(toHex(encodeTransaction(result))).toBe(toHex(bytes))
      }),
      { numRuns: 300 },
    )
  })
})

it('fits a feed message at its largest', () => {
  const content = encodeBody({ type: 'transaction', transactions: [new Uint8Array(MAX_TRANSACTION_SIZE)] })
  const message: ClassicMessage = {
    previous: messageKeyOf(new Uint8Array(32)),
    author: feedIdOf(new Uint8Array(32)),
    sequence: Number.MAX_SAFE_INTEGER,
    timestamp: Number.MAX_SAFE_INTEGER + 0.5,
    hash: 'sha256',
    content,
    signature: `${toBase64(new Uint8Array(64))}.sig.ed25519`,
  }
  expect(isClassicMessage(message)).toBe(true)
  expect(classicSize(message)).toBeLessThanOrEqual(MESSAGE_SIZE_LIMIT)
})

describe('the wallet refuses', () => {
  const { account: from, sign } = walletOfSeed(new Uint8Array(32))
  const base = { from, to: from, amount: 1n, nonce: 0n, validUntil: 1n, fee: 0n }
  const cases: readonly (readonly [string, string, () => Uint8Array])[] = [
    [
      'a negative amount',
      'number-out-of-range',
      () => signTransfer(vectors.chainId, { ...base, amount: -1n }, sign),
    ],
    [
      'a fee over 64 bits',
      'number-out-of-range',
      () => signTransfer(vectors.chainId, { ...base, fee: 1n << 64n }, sign),
    ],
    [
      'a recipient that is none',
      'malformed-hex',
      () => signTransfer(vectors.chainId, { ...base, to: 'bob' as AccountId }, sign),
    ],
    [
      'a record too large',
      'record-too-large',
      () => signRecord(vectors.chainId, { ...base, data: new Uint8Array(2049) }, sign),
    ],
  ]

  it.each(cases)('%s', (_name, code, build) => {
    expect(build).toThrow(expect.objectContaining({ name: CodedError.name, code }))
  })
})
