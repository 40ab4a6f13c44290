import { describe, expect, it } from 'vitest'
import {
  type BlockContext,
  checkBlock,
  CoinMap,
  connectBlock,
  connectGenesis,
  isProven,
  medianTimeOf,
} from '../../../../src/ocean/chain/index.js'
import {
  type Block,
  blockHash,
  bytesOfHex,
  decodeBlock,
  isExplicit,
} from '../../../../src/ocean/codec/index.js'
import { recordedGenesis } from '../../../support/ocean/recorded-chain.js'
import { acceptedBlocks, recordingOf } from '../../../support/ocean/recordings.js'

const { block: genesis, parameters } = recordedGenesis
const accepted = new Map([...acceptedBlocks()].map(([height, hex]) => [height, decodeBlock(bytesOfHex(hex))]))

const contextAfter = (chain: readonly Block[], now: number): BlockContext => ({
  parameters,
  previousHash: blockHash((chain.at(-1) ?? genesis).header),
  height: chain.length,
  medianTime: medianTimeOf(chain.map(({ header }) => header.time)),
  now,
})

/** The blocks in a row from the first: genesis and heights 1 to 9. */
const replay = () => {
  const coins = new CoinMap()
  coins.apply(connectGenesis(genesis))
  const chain = [genesis]
  for (let block = accepted.get(1); block; block = accepted.get(chain.length)) {
    const refusal = checkBlock(block, contextAfter(chain, block.header.time))
    const { connected } = connectBlock(block, coins, parameters)
    if (refusal || !connected || !isProven(block.header)) throw new Error(`refused at ${chain.length}`)
    coins.apply(connected.changes)
    chain.push(block)
  }
  return { coins, chain }
}

const totalsOf = (coins: CoinMap): Map<string, { count: number; amount: bigint }> => {
  const totals = new Map<string, { count: number; amount: bigint }>()
  for (const { coin } of coins.entries()) {
    if (!isExplicit(coin.output)) continue
    const { count, amount } = totals.get(coin.output.asset) ?? { count: 0, amount: 0n }
    totals.set(coin.output.asset, { count: count + 1, amount: amount + coin.output.value })
  }
  return totals
}

describe('the recorded chain', () => {
  const { coins, chain } = replay()

  it('replays as far as its blocks stand in a row', () => {
    expect(chain.length).toBe(10)
  })

  it('has the recorded outputs: nothing but empty blocks came before they were counted', () => {
    const calls = recordingOf('02-genesis-config')
    const info = calls.find(({ method }) => method === 'getutxoassetinfo')?.result as readonly {
      asset: string
      spendabletxouts: number
      amountspendable: number
    }[]
    const set = calls.find(({ method }) => method === 'gettxoutsetinfo')?.result as { txouts: number }
    const totals = totalsOf(coins)
    expect(
      info.map(({ asset, spendabletxouts, amountspendable }) => [
        asset,
        { count: spendabletxouts, amount: BigInt(amountspendable) * 100_000_000n },
      ]),
    ).toEqual(info.map(({ asset }) => [asset, totals.get(asset)]))
    expect(info.length).toBe(totals.size)
    expect([...coins.entries()].length).toBe(set.txouts)
  })

  it('gives every coin back when its changes are undone', () => {
    const fresh = new CoinMap()
    fresh.apply(connectGenesis(genesis))
    const before = [...fresh.entries()].length
    const { connected } = connectBlock(accepted.get(1) ?? genesis, fresh, parameters)
    fresh.apply(connected?.changes ?? [])
    fresh.apply(
      (connected?.changes ?? []).map(({ outPoint, coin, previous }) => ({
        outPoint,
        coin: previous,
        previous: coin,
      })),
    )
    expect([...fresh.entries()].length).toBe(before)
  })

  const proposals = recordingOf('01-block-signing')
  const tampered = proposals.filter(
    ({ method, error }) =>
      method === 'testproposedblock' && error && !/already have|best chain/.test(error.message),
  )
  const base = proposals.findIndex(({ note }) => note?.startsWith('Tampered proposals'))
  const fresh = decodeBlock(bytesOfHex(String(proposals[base + 1]?.result)))
  const context = contextAfter(chain.slice(0, fresh.header.height), fresh.header.time)

  it.each(tampered.map((call) => [call.note, call] as const))(
    'refuses a proposal in the recorded words: %s',
    (_, call) => {
      const block = decodeBlock(bytesOfHex(String(call.params?.[0])))
      expect(checkBlock(block, context)?.reason).toBe(call.error?.message)
    },
  )

  const untouched = proposals
    .slice(base)
    .filter(({ method, result, error }) => method === 'testproposedblock' && result === null && !error)

  it.each(untouched.map((call) => [call.note, call] as const))(
    'accepts a proposal as the nodes did: %s',
    (_, call) => {
      const block = decodeBlock(bytesOfHex(String(call.params?.[0])))
      expect(checkBlock(block, context)).toBeUndefined()
    },
  )

  it('has been asked about six faults and three fields that nobody checks', () => {
    expect([tampered.length, untouched.length]).toEqual([6, 3])
  })
})
