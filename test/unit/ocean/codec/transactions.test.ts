import { describe, expect, it } from 'vitest'
import {
  bytesOfHex,
  decodeTransaction,
  encodeTransaction,
  fullHash,
  isReissuance,
  issuedBy,
  transactionId,
  transactionSize,
  witnessOnlyHash,
} from '../../../../src/ocean/codec/index.js'
import { amountText } from '../../../../src/ocean/json/index.js'
import { toHex } from '../../../../src/util/index.js'
import { allCalls, describedTransactions, type Fields, stringsIn } from '../../../support/ocean/recordings.js'

const described = [...describedTransactions()].map(
  ([hex, fields]) => [String(fields.txid), hex, fields] as const,
)

describe('transactions the nodes described', () => {
  it('are many', () => {
    expect(described.length).toBeGreaterThan(35)
  })

  it.each(described)('have the ids and sizes of %s', (_, hex, fields) => {
    const transaction = decodeTransaction(bytesOfHex(hex))
    expect(toHex(encodeTransaction(transaction))).toBe(hex)
    const { size, virtualSize } = transactionSize(transaction)
    expect({
      txid: transactionId(transaction),
      hash: fullHash(transaction),
      withash: witnessOnlyHash(transaction),
      size,
      vsize: virtualSize,
      version: transaction.version,
      locktime: transaction.lockTime,
    }).toEqual(
      Object.fromEntries(
        ['txid', 'hash', 'withash', 'size', 'vsize', 'version', 'locktime'].map((name) => [
          name,
          fields[name],
        ]),
      ),
    )
  })

  it.each(described)('have the inputs and outputs of %s', (_, hex, fields) => {
    const { inputs, outputs } = decodeTransaction(bytesOfHex(hex))
    expect(
      inputs.map(({ previous, script, sequence, issuance }) => ({
        txid: previous.txid,
        vout: previous.index,
        script: toHex(script),
        sequence,
        issues: issuance !== undefined,
      })),
    ).toEqual(
      (fields.vin as Fields[]).map((vin) => ({
        txid: vin.txid ?? '00'.repeat(32),
        vout: vin.vout ?? 0xffffffff,
        script: vin.coinbase ?? (vin.scriptSig as Fields).hex,
        sequence: vin.sequence,
        issues: vin.issuance !== undefined,
      })),
    )
    expect(
      outputs.map(({ asset, value, script }) => ({
        asset,
        value: Number(amountText(value as bigint)),
        script: toHex(script),
      })),
    ).toEqual(
      (fields.vout as Fields[]).map((vout) => ({
        asset: vout.asset,
        value: vout.value,
        script: (vout.scriptPubKey as Fields).hex,
      })),
    )
  })
})

describe('issuances the nodes described', () => {
  const issuing = described.flatMap(([txid, hex, fields]) =>
    (fields.vin as Fields[]).flatMap((vin, index) =>
      vin.issuance ? [[txid, index, hex, vin.issuance as Fields] as const] : [],
    ),
  )

  it('are many', () => {
    expect(issuing.length).toBeGreaterThan(12)
  })

  it.each(issuing)('of %s, input %i, make the same ids', (_, index, hex, fields) => {
    const input = decodeTransaction(bytesOfHex(hex)).inputs[index]
    if (!input?.issuance) throw new Error('no issuance')
    const ids = issuedBy(input)
    expect(ids?.entropy).toBe(fields.assetEntropy)
    expect(ids?.asset).toBe(fields.asset)
    if (fields.token !== undefined) expect(ids?.token).toBe(fields.token)
    expect(isReissuance(input.issuance)).toBe(fields.isreissuance)
    expect(input.issuance.blindingNonce).toBe(fields.assetBlindingNonce)
  })
})

describe('every transaction a caller sent or was given', () => {
  const named = allCalls.flatMap(({ method, params, result }) =>
    method === 'sendrawtransaction' && typeof result === 'string'
      ? [[result, String(params?.[0])] as const]
      : [],
  )

  it.each(named)('%s has the txid the node returned', (txid, hex) => {
    expect(transactionId(decodeTransaction(bytesOfHex(hex)))).toBe(txid)
  })

  it('is encoded as it was decoded', () => {
    const raw = allCalls
      .flatMap(({ method, params, result }) =>
        /^(send|sign|create)raw|^testmempool/.test(method ?? '')
          ? [...stringsIn(params), ...stringsIn(result)]
          : [],
      )
      .filter((text) => /^0[12]000000[0-9a-f]{100}/.test(text))
    expect(raw.length).toBeGreaterThan(130)
    let merged = 0
    for (const hex of new Set(raw)) {
      try {
        expect(toHex(encodeTransaction(decodeTransaction(bytesOfHex(hex))))).toBe(hex)
      } catch (error) {
        // Two partly signed transactions in one text, as signrawtransaction merges them.
        expect(error).toMatchObject({ code: 'trailing-bytes' })
        merged++
      }
    }
    expect(merged).toBe(1)
  })
})
