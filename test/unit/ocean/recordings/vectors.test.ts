import { describe, expect, it } from 'vitest'
import {
  decodeRegistrations,
  isDerived,
  kycKeyOf,
  policyAddressOf,
  publishedKyc,
} from '../../../../src/ocean/chain/index.js'
import {
  assetIdsOf,
  bytesOfHex,
  bytesOfId,
  decodeTransaction,
  encodeIssuance,
  fullHash,
  hash160,
  idOf,
  transactionId,
  transactionsRoot,
  witnessOnlyHash,
} from '../../../../src/ocean/codec/index.js'
import { decodeAddress, prefixesOf, verifyDigest } from '../../../../src/ocean/keys/index.js'
import {
  formOf,
  lockedMultisig,
  payToKeyHash,
  pushesOf,
  sighash,
  sighashPreimage,
} from '../../../../src/ocean/script/index.js'
import { concat, fromHex, toHex, u32, u64 } from '../../../../src/util/index.js'
import { RECORDED_CONTRACT_HASH } from '../../../support/ocean/recorded-chain.js'
import {
  acceptedBlocks,
  describedTransactions,
  recordedKeyFile,
  recordedKeys,
  recordedVector,
} from '../../../support/ocean/recordings.js'
import { blockDigest, decodeBlock } from '../../../../src/ocean/codec/index.js'

/** What was recomputed in another language, recomputed here: the facts that no other test compares yet. */

const prefixes = prefixesOf('ocean_test')
const keyNamed = (name: string): string => recordedKeys.find((key) => key.name === name)?.pub ?? ''
const textsOf = (value: unknown): readonly string[] => value as readonly string[]

/** A key may be any bytes that look like one, so numbers stand in its last ones, the least first. */
const littleEndian = (bytes: Uint8Array): Uint8Array => bytes.slice().reverse()

describe('recomputed facts', () => {
  it('signatures of a block: one for each signer in the order of keys, over its hash', () => {
    const vector = recordedVector('solution = ')
    const { header } = decodeBlock(bytesOfHex(acceptedBlocks().get(1) ?? ''))
    const pushes = pushesOf(header.solution) ?? []
    expect(pushes.map(toHex)).toEqual(vector['pushes'])
    const signers = vector['signer_key_index'] as readonly number[]
    signers.forEach((signer, i) => {
      const key = fromHex(keyNamed(`block${signer}`))
      expect(verifyDigest(pushes[i + 1] ?? key, blockDigest(header), key)).toBe(true)
    })
  })

  it('the merkle root of one transaction, and its witness hash', () => {
    const { header, transactions } = decodeBlock(bytesOfHex(acceptedBlocks().get(1) ?? ''))
    const [coinbase] = transactions
    const vector = recordedVector('merkle root of')
    const decoded = decodeTransaction(bytesOfHex(String(vector['coinbase_hex'])))
    expect(coinbase).toEqual(decoded)
    expect(transactionsRoot(transactions)).toBe(header.merkleRoot)
    expect(transactionId(decoded)).toBe(header.merkleRoot)
    expect(witnessOnlyHash(decoded)).toBe(recordedVector('withash of the coinbase')['withash'])
  })

  it('ids and hashes of every transaction that was shown', () => {
    const { count } = recordedVector('txid and withash')
    const shown = [...describedTransactions()]
    expect(shown.length).toBeGreaterThanOrEqual(Number(count))
    for (const [hex, fields] of shown) {
      const transaction = decodeTransaction(bytesOfHex(hex))
      expect(transactionId(transaction)).toBe(fields['txid'])
      expect(witnessOnlyHash(transaction)).toBe(fields['withash'])
      expect(fullHash(transaction)).toBe(fields['hash'])
    }
  })

  it('what signatures of an issuance cover', () => {
    const vector = recordedVector('sighash (SIGHASH_ALL, P2SH')
    const transaction = decodeTransaction(bytesOfHex(String(vector['tx'])))
    const scriptCode = fromHex(recordedKeyFile.issue_redeem_script)
    const request = { transaction, inputIndex: 0, scriptCode, type: 1 }
    expect(toHex(sighashPreimage(request))).toBe(vector['preimage'])
    const digest = sighash(request)
    expect([toHex(digest), idOf(digest)]).toContain(vector['digest'])
    const pushes = pushesOf(transaction.inputs[0]?.script ?? scriptCode) ?? []
    const signers = vector['signers'] as readonly number[]
    signers.forEach((signer, i) => {
      const signature = pushes[i + 1]?.subarray(0, -1) ?? digest
      expect(verifyDigest(signature, digest, fromHex(keyNamed(`issue${signer}`)))).toBe(true)
    })
  })

  it('what a signature of one key covers', () => {
    const vector = recordedVector('sighash of a P2PKH')
    const transaction = decodeTransaction(bytesOfHex(String(vector['tx'])))
    const [signature, key] = pushesOf(transaction.inputs[0]?.script ?? new Uint8Array(0)) ?? []
    if (!signature || !key) throw new Error('no signature')
    const digest = sighash({ transaction, inputIndex: 0, scriptCode: payToKeyHash(hash160(key)), type: 1 })
    expect([toHex(digest), idOf(digest)]).toContain(vector['digest'])
    expect(verifyDigest(signature.subarray(0, -1), digest, key)).toBe(true)
  })

  it('the bytes of a reissuance, and what it makes', () => {
    const vector = recordedVector('reissuance input')
    const entropy = idOf(fromHex(String(vector['entropy_field'])))
    const issuance = {
      blindingNonce: idOf(fromHex(String(vector['nonce']))),
      entropy,
      assetAmount: 1_234_567_890n,
      tokenAmount: null,
    }
    const [nonce, field, amount, tokens] = ['nonce', 'entropy_field', 'amount', 'tokens'].map((name) =>
      String(vector[name]),
    )
    expect(toHex(encodeIssuance(issuance))).toBe(`${nonce}${field}${amount}${tokens}`)
    expect(assetIdsOf(entropy)).toMatchObject({
      asset: vector['asset_recomputed'],
      token: vector['token_recomputed'],
    })
  })

  it('policy outputs: an address that is listed, a key that is published', () => {
    const listing = recordedVector('freeze/burn policy output')
    const { hash } = decodeAddress(String(listing['address']), prefixes)
    expect(policyAddressOf(fromHex(String(listing['script'])))).toBe(`keyHash:${toHex(hash)}`)
    const publishing = recordedVector('whitelist policy output')
    const key = fromHex(String(publishing['userkey']))
    expect(kycKeyOf(fromHex(String(publishing['script'])))).toEqual(key)
    expect(publishedKyc(publishedKyc(key))).toEqual(key)
  })

  it('addresses that an output registers, each derived from its base keys', () => {
    const vector = recordedVector('registeraddress version 1')
    const form = formOf(fromHex(String(vector['hex'])))
    if (form.type !== 'registeraddress_v1') throw new Error(form.type)
    const entries = decodeRegistrations(form.payload) ?? []
    const recorded = vector['entries'] as readonly Record<string, unknown>[]
    expect(entries.length).toBe(recorded.length)
    entries.forEach((entry, i) => {
      const { address } = recorded[i] ?? {}
      expect(toHex(entry.hash)).toBe(toHex(decodeAddress(String(address), prefixes).hash))
      expect(isDerived(entry, RECORDED_CONTRACT_HASH)).toBe(true)
    })
  })

  it('scripts of requests and bids', () => {
    const request = recordedVector('request output')
    const { params, decoded } = request as unknown as {
      params: { endBlockHeight: number; genesisBlockHash: string; pubkey: string }
      decoded: Record<'start' | 'tickets' | 'decay' | 'fee' | 'startPrice_satoshi', number>
    }
    const numbers = [decoded.start, decoded.tickets, decoded.decay, decoded.fee].map((n) =>
      littleEndian(u32(n)),
    )
    const terms = concat(Uint8Array.of(3), ...numbers, littleEndian(u64(decoded.startPrice_satoshi)))
    const padded = concat(terms, new Uint8Array(33 - terms.length))
    const genesis = concat(Uint8Array.of(2), bytesOfId(params.genesisBlockHash))
    const made = lockedMultisig(params.endBlockHeight, 1, [fromHex(params.pubkey), genesis, padded])
    expect(keysIn(made)).toEqual(recordedKeysIn(request['pushes']))

    const bid = recordedVector('bid output')
    const bidding = bid['params'] as Record<'requestTxid' | 'feePubkey' | 'pubkey', string>
    const keys = [
      fromHex(bidding.pubkey),
      concat(Uint8Array.of(2), bytesOfId(bidding.requestTxid)),
      fromHex(bidding.feePubkey),
    ]
    expect(keysIn(lockedMultisig(100, 1, keys))).toEqual(recordedKeysIn(bid['pushes']))
  })
})

const keysIn = (script: Uint8Array): readonly string[] => {
  const form = formOf(script)
  return form.type === 'lockedmultisig' ? form.keys.map(toHex) : []
}

const recordedKeysIn = (pushes: unknown): readonly string[] =>
  textsOf(pushes).filter((text) => text.length === 66)
