import { describe, expect, it } from 'vitest'
import { genesisOf } from '../../../../src/ocean/chain/index.js'
import {
  blockHash,
  encodeBlock,
  encodeUnsignedHeader,
  transactionId,
} from '../../../../src/ocean/codec/index.js'
import { contractHashOf } from '../../../../src/ocean/keys/index.js'
import { toHex } from '../../../../src/util/index.js'
import {
  RECORDED_CONTRACT_HASH,
  recordedConfiguration,
  recordedGenesis,
} from '../../../support/ocean/recorded-chain.js'
import { acceptedBlocks, recordedVector, recordingOf } from '../../../support/ocean/recordings.js'

const genesisCalls = recordingOf('02-genesis-config')
const resultOf = (method: string): unknown => genesisCalls.find((call) => call.method === method)?.result

describe('the genesis of the recorded configuration', () => {
  const { block, parameters } = recordedGenesis

  it('is the recorded block, byte for byte', () => {
    expect(toHex(encodeBlock(block))).toBe(acceptedBlocks().get(0))
  })

  it('has the recomputed hash, header and transactions', () => {
    const vector = recordedVector('genesis block hash')
    expect(blockHash(block.header)).toBe(vector.hash)
    expect(toHex(encodeUnsignedHeader(block.header))).toBe(vector.header_preimage)
    expect(block.transactions.map(transactionId)).toEqual(recordedVector('genesis txids').txids)
    expect(toHex(block.transactions[0]?.inputs[0]?.script ?? new Uint8Array())).toBe(
      `20${String(recordedVector('genesis coinbase').commitment)}`,
    )
  })

  it('has the labels the node shows', () => {
    expect(Object.fromEntries(parameters.assetLabels)).toEqual(resultOf('dumpassetlabels'))
    expect(parameters.domainAsset).toBe(
      (resultOf('getsidechaininfo') as { pegged_asset: string }).pegged_asset,
    )
  })

  it.each([...parameters.assetLabels])('makes %s as recomputed', (label, asset) => {
    expect(recordedVector(`genesis asset id ${label}`).asset).toBe(asset)
  })

  it('follows from the contract file', () => {
    const { contract } = resultOf('getcontract') as { contract: string }
    expect(contractHashOf(contract)).toBe(RECORDED_CONTRACT_HASH)
    expect(contractHashOf(contract.slice(0, -1))).toBe(RECORDED_CONTRACT_HASH)
  })
})

describe('a genesis with other options', () => {
  const idsWithout = (label: string) => {
    const scripts = Object.entries(recordedConfiguration.policyCoinScripts ?? {})
    const left = Object.fromEntries(scripts.filter(([name]) => name !== label))
    return genesisOf({ ...recordedConfiguration, policyCoinScripts: left }).parameters.policyAssets
  }

  it('changes every later policy asset when a destination is left out', () => {
    const all = recordedGenesis.parameters.policyAssets
    const left = idsWithout('WHITELIST')
    expect(left.FREEZELIST).toBe(all.FREEZELIST)
    expect(left.WHITELIST).toBeUndefined()
    expect(left.CHALLENGE).not.toBe(all.CHALLENGE)
  })

  it('is refused with more coins than can exist', () => {
    expect(() => genesisOf({ ...recordedConfiguration, policyCoins: 2100000000000001n })).toThrow(
      expect.objectContaining({ code: 'malformed-genesis' }),
    )
  })
})
