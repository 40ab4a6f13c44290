import { describe, expect, it } from 'vitest'
import { checkFork, decodeForkProof, destinationKeyOfScript } from '../../../../src/ocean/chain/index.js'
import {
  assetIdsOf,
  assetEntropy,
  blockHash,
  bytesOfHex,
  decodeBlock,
  hash160,
  NULL_ID,
  withSolution,
} from '../../../../src/ocean/codec/index.js'
import { destinationOf, encodeAddress, untweakPublicKey } from '../../../../src/ocean/keys/index.js'
import { multisig, nullData } from '../../../../src/ocean/script/index.js'
import { textIn } from '../../../../src/ocean/rpc/index.js'
import { concat, fromHex, toHex } from '../../../../src/util/index.js'
import {
  type Embedded,
  embedded,
  hexOfBlock,
  mine,
  signaturesOf,
  temporaryDirectory,
} from '../../../support/ocean/embedded.js'
import { coinOf, keyFor, keys, output, scriptOf, signed, spend } from '../../../support/ocean/spending.js'

const policyAsset = ({ node }: Embedded, label: string): string =>
  node.parameters.assetLabels.get(label) ?? ''

/** Spends a whole policy coin into one that lists the key's address. */
const listing = (on: Embedded, label: string, hash: Uint8Array): string => {
  const found = coinOf(on, policyAsset(on, label))
  const controller = found && keyFor(found.coin.output.script)
  if (!found || !controller) throw new Error(`no ${label} coin`)
  const named = concat(Uint8Array.of(2), new Uint8Array(12), hash)
  const listed = { ...found.coin.output, script: multisig(1, [controller.pub, named]) }
  return signed(spend(found.outPoint, listed), found.coin.output.script)
}

const [holder, other] = keys.slice(-2)
if (!holder || !other) throw new Error('too few recorded keys')

describe('a chain of one node', () => {
  it('issues, sends, freezes and burns, as the lists allow', async () => {
    const directory = await temporaryDirectory()
    const on = await embedded(0, directory)
    const { parameters } = on.node
    const address = encodeAddress(
      destinationOf(scriptOf(holder)) ?? { type: 'keyHash', hash: holder.pub },
      parameters.prefixes,
    )
    await on.call('addtowhitelist', address, toHex(untweakPublicKey(holder.pub, parameters.contractHash)))

    const source = coinOf(on, policyAsset(on, 'ISSUANCE'))
    if (!source) throw new Error('no ISSUANCE coin')
    const ids = assetIdsOf(assetEntropy(source.outPoint, NULL_ID))
    const bare = spend(source.outPoint, output(ids.asset, 1000n, scriptOf(holder)), source.coin.output)
    const issuance = { blindingNonce: NULL_ID, entropy: NULL_ID, assetAmount: 1000n, tokenAmount: null }
    const issuing = { ...bare, inputs: bare.inputs.map((input) => ({ ...input, issuance })) }
    const issued = await on.call('sendrawtransaction', signed(issuing, source.coin.output.script))
    await mine(on)

    const coin = { txid: textIn(issued), index: 0 }
    const stray = signed(spend(coin, output(ids.asset, 1000n, scriptOf(other))), scriptOf(holder))
    expect(await on.ask('sendrawtransaction', [stray])).toMatchObject({
      message: '64: non-whitelisted-address',
    })
    const sent = await on.call(
      'sendrawtransaction',
      signed(
        spend(coin, output(ids.asset, 400n, scriptOf(holder)), output(ids.asset, 600n, scriptOf(holder))),
        scriptOf(holder),
      ),
    )
    await mine(on)
    expect(on.node.mempool.all).toEqual([])

    await on.call('sendrawtransaction', listing(on, 'FREEZELIST', hash160(holder.pub)))
    await mine(on)
    const part = { txid: textIn(sent), index: 0 }
    const moved = signed(spend(part, output(ids.asset, 400n, scriptOf(holder))), scriptOf(holder))
    expect(await on.ask('sendrawtransaction', [moved])).toMatchObject({
      message: '64: freezelist-address-input',
    })
    const burnt = signed(spend(part, output(ids.asset, 400n, nullData())), scriptOf(holder))
    expect(await on.ask('sendrawtransaction', [burnt])).toMatchObject({
      message: '64: freezelist-burn-no-burnlist',
    })
    await on.call('sendrawtransaction', listing(on, 'BURNLIST', hash160(holder.pub)))
    await mine(on)
    await on.call('sendrawtransaction', burnt)
    await mine(on)
    const left = [...on.node.chain.coins.entries()].filter(
      ({ coin: { output: held } }) => held.asset === ids.asset,
    )
    expect(left.map(({ coin: { output: held } }) => held.value)).toEqual([600n])

    const best = on.node.chain.tip.hash
    await on.node.close()
    const again = await embedded(0, directory)
    expect(again.node.chain.tip.hash).toBe(best)
    expect(
      again.node.chain.lists.freezelist.has(destinationKeyOfScript(scriptOf(holder)) ?? 'keyHash:'),
    ).toBe(true)
    await again.node.close()
  })

  it('drops from its mempool what a block made impossible, with all that builds on it', async () => {
    const [on, beside] = [
      await embedded(2, await temporaryDirectory()),
      await embedded(2, await temporaryDirectory()),
    ]
    const free = coinOf(on, on.node.parameters.domainAsset)
    if (!free) throw new Error('no free coin')
    const { output: held } = free.coin
    const first = spend(free.outPoint, held)
    const hex = signed(first, held.script)
    const parent = textIn(await on.call('sendrawtransaction', hex))
    await on.call('sendrawtransaction', signed(spend({ txid: parent, index: 0 }, held), held.script))
    const half = { ...held, value: 10_500_000_000_000n }
    const rival = signed(spend(free.outPoint, half, half), held.script)
    expect(await on.ask('sendrawtransaction', [rival])).toMatchObject({ message: '66: insufficient fee' })
    await beside.call('sendrawtransaction', rival)
    expect(await on.call('submitblock', await mine(beside))).toBeNull()
    expect(on.node.mempool.all).toEqual([])
    await on.node.close()
    await beside.node.close()
  })

  it('refuses, keeps and reports a second signed block of a height, once', async () => {
    const directory = await temporaryDirectory()
    const on = await embedded(0, directory)
    const proposal = decodeBlock(bytesOfHex(textIn(await on.call('getnewblockhex'))))
    const kept = await mine(on)
    const combined = await on.call('combineblocksigs', hexOfBlock(proposal), signaturesOf(proposal))
    const { hex } = combined as { hex: string }
    expect(await on.call('submitblock', hex)).toBe('inconclusive')
    expect(await on.call('submitblock', hex)).toBe('inconclusive')
    expect(on.forks).toMatchObject([{ height: 1, signers: [expect.anything(), expect.anything()] }])
    const [fork] = (await on.call('getforks')) as { kept: string; blocks: string[]; proof: string }[]
    expect(fork?.kept).toBe(on.node.chain.tip.hash)
    expect(fork?.blocks).toContain(blockHash(proposal.header))
    expect(checkFork(decodeForkProof(fromHex(fork?.proof ?? '')), on.node.parameters)).toMatchObject({
      height: 1,
    })
    expect(await on.call('submitblock', kept)).toBe('duplicate')
    const unsigned = withSolution(proposal, new Uint8Array(0))
    expect(await on.call('submitblock', hexOfBlock(unsigned))).toBe('block-proof-invalid')
    expect(on.node.chain.height).toBe(1)
    await on.node.close()
    const again = await embedded(0, directory)
    expect(await again.call('getforks')).toEqual([fork])
    await again.node.close()
  })
})
