import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConf } from '../../../../src/ocean/conf/index.js'
import { integer, isArray, isObject, type Json, type JsonObject } from '../../../../src/ocean/json/index.js'
import { untweakPublicKey } from '../../../../src/ocean/keys/index.js'
import { type RunningNode, serveNode } from '../../../../src/ocean/node/index.js'
import { textIn } from '../../../../src/ocean/rpc/index.js'
import { fromHex, toHex } from '../../../../src/util/index.js'
import { temporaryDirectory } from '../../../support/ocean/embedded.js'
import { httpCall } from '../../../support/ocean/http-call.js'
import { recordedConf, recordedKeyFile, recordedKeys } from '../../../support/ocean/recordings.js'

/** Three nodes that a program drives by JSON-RPC alone, handing each what the others have. */

interface Driven {
  readonly directory: string
  readonly running: RunningNode
  call(method: string, ...params: readonly Json[]): Promise<Json>
}

const start = async (number: 0 | 1 | 2, directory: string): Promise<Driven> => {
  const conf = readConf(recordedConf(number), ['keypool=12', 'rpcbind=127.0.0.1'])
  const running = await serveNode({
    conf,
    directory,
    port: 0,
    onFork: () => undefined,
    onInternalError: (error) => {
      throw error
    },
  })
  onTestFinished(() => running.close().catch(() => undefined))
  const login = `user${number}:password${number}`
  return {
    directory,
    running,
    call: (method, ...params) => httpCall(running.server.port, login, method, params),
  }
}

const keyNamed = (name: string) => {
  const key = recordedKeys.find((each) => each.name === name)
  if (!key) throw new Error(`no key ${name}`)
  return key
}

const objectIn = (value: Json): JsonObject => {
  if (!isObject(value)) throw new TypeError('no object')
  return value
}

const firstOf = (value: Json): JsonObject => {
  if (!isArray(value) || value.length === 0) throw new TypeError('no list')
  return objectIn(value[0] ?? null)
}

const memberOf = (value: Json, name: string): string => textIn(objectIn(value)[name] ?? null)

/** The round of a federation: a proposal, two signatures, one block for everybody. */
const round = async (
  nodes: readonly Driven[],
  proposer: Driven,
  signers: readonly Driven[],
): Promise<void> => {
  const proposal = await proposer.call('getnewblockhex')
  const signatures: Json[] = []
  for (const signer of signers) signatures.push(await signer.call('signblock', proposal))
  const combined = objectIn(await proposer.call('combineblocksigs', proposal, signatures))
  expect(combined['complete']).toBe(true)
  for (const node of nodes) expect(await node.call('submitblock', combined['hex'] ?? null)).toBeNull()
}

const issueKeys = ['issue0', 'issue2'].map((name) => keyNamed(name).wif)

describe('three nodes', () => {
  it('sign blocks two of three; issue, reissue, send, freeze and burn; and end the same', async () => {
    const directories = [
      await temporaryDirectory(),
      await temporaryDirectory(),
      await temporaryDirectory(),
    ] as const
    const nodes = [
      await start(0, directories[0]),
      await start(1, directories[1]),
      await start(2, directories[2]),
    ] as const
    const [first, second, third] = nodes
    const mine = () => round(nodes, first, [first, third])
    const everywhere = async (hex: Json, ...others: readonly Driven[]): Promise<string> => {
      for (const node of others) await node.call('sendrawtransaction', hex)
      return textIn(await first.call('sendrawtransaction', hex))
    }
    const signAndSend = async (at: Driven, hex: Json): Promise<string> => {
      const signed = objectIn(await at.call('signrawtransaction', hex))
      expect(signed['complete']).toBe(true)
      return everywhere(signed['hex'] ?? null, second)
    }

    // Keys, and whom the lists let pay.
    for (const [index, node] of nodes.entries()) {
      await node.call('importprivkey', keyNamed(`block${index}`).wif, '', false)
      const dump = join(node.directory, 'derived.txt')
      await node.call('dumpderivedkeys', dump)
      for (const lister of [first, second]) await lister.call('readwhitelist', dump)
    }
    for (const name of ['freezelist', 'burnlist']) {
      await first.call('importprivkey', keyNamed(name).wif, name, false)
    }
    await first.call('importaddress', recordedKeyFile.issue_addr, 'issuance', false)
    await first.call('importprivkey', keyNamed('freecoins').wif, 'freecoins', true)
    const { contractHash } = first.running.node.parameters
    const freeKey = keyNamed('freecoins')
    for (const node of [first, second]) {
      await node.call(
        'addtowhitelist',
        freeKey.addr,
        toHex(untweakPublicKey(fromHex(freeKey.pub), contractHash)),
      )
    }
    const coinOf = async (at: Driven, asset: string): Promise<JsonObject> =>
      firstOf(await at.call('listunspent', integer(0), integer(9999999), [], true, asset))
    const balanceOf = async (at: Driven, asset: string): Promise<Json> =>
      at.call('getbalance', '', integer(0), false, asset)

    // Issue: the controllers sign, two of three.
    const [assetAddress, tokenAddress] = [
      await second.call('getnewaddress'),
      await second.call('getnewaddress'),
    ]
    const issuing = await coinOf(first, 'ISSUANCE')
    const created = await first.call(
      ...(['createrawissuance', assetAddress, '1000', tokenAddress, '10'] as const),
      ...([recordedKeyFile.issue_addr, '210000', '1', issuing['txid'] ?? null, '0'] as const),
    )
    const prevouts = [
      {
        txid: issuing['txid'] ?? null,
        vout: integer(0),
        scriptPubKey: recordedKeyFile.issue_spk,
        redeemScript: recordedKeyFile.issue_redeem_script,
      },
    ]
    expect(issuing['vout']).toEqual(integer(0))
    const signed = objectIn(
      await first.call('signrawtransaction', memberOf(created, 'rawtx'), prevouts, issueKeys),
    )
    expect(signed['complete']).toBe(true)
    const issued = await everywhere(signed['hex'] ?? null, second, third)
    await mine()
    const [asset, token] = [memberOf(created, 'asset'), memberOf(created, 'token')]
    expect(await balanceOf(second, asset)).toMatchObject({ text: '1000.00000000' })
    expect(await second.call('getbalance')).toMatchObject({ [token]: { text: '10.00000000' } })

    // Reissue: the token's holder signs.
    const again = await second.call(
      ...(['createrawreissuance', assetAddress, '500.5', tokenAddress, '10', issued, '1'] as const),
      memberOf(created, 'entropy'),
    )
    await signAndSend(second, memberOf(again, 'hex'))
    await mine()
    expect(await balanceOf(second, asset)).toMatchObject({ text: '1500.50000000' })
    expect(await second.call('listissuances', asset)).toHaveLength(2)

    // Send: the wallet pays its fee in the asset itself.
    const receiver = await first.call('getnewaddress')
    const sent = await second.call('sendtoaddress', receiver, integer(100), '', '', false, asset)
    await everywhere(await second.call('getrawtransaction', sent), third)
    await mine()
    expect(await balanceOf(first, asset)).toMatchObject({ text: '100.00000000' })
    expect(await first.call('gettransaction', sent)).toMatchObject({
      amount: { [asset]: { text: '100.00000000' } },
      confirmations: integer(1),
    })

    // Freeze the receiver: what it holds stays where it is, and cannot be burnt either.
    const listing = async (label: string, address: Json): Promise<void> => {
      const coin = await coinOf(first, label)
      const output = { pubkey: keyNamed('admin').pub, value: coin['amount'] ?? null, address }
      const input = { txid: coin['txid'] ?? null, vout: coin['vout'] ?? null }
      const hex = await first.call('createrawpolicytx', [input], [output], integer(0), coin['asset'] ?? null)
      await signAndSend(first, hex)
      await mine()
    }
    await listing('FREEZELIST', receiver)
    const held = await coinOf(first, asset)
    const burning = await first.call(
      ...(['createrawburn', held['txid'] ?? null] as const),
      ...([(held['vout'] as unknown as { text: string }).text, asset, held['amount'] ?? null] as const),
    )
    const burnt = objectIn(await first.call('signrawtransaction', memberOf(burning, 'hex')))['hex'] ?? null
    await expect(second.call('sendrawtransaction', burnt)).rejects.toMatchObject({
      message: '64: freezelist-burn-no-burnlist',
    })
    await listing('BURNLIST', receiver)
    await everywhere(burnt, second)
    await mine()
    expect(await balanceOf(first, asset)).toMatchObject({ text: '0.00000000' })

    // A node without lists destroys what it was paid.
    const other = await third.call('getnewaddress')
    const gift = await first.call('sendtoaddress', other, '50', '', '', false, 'CBT')
    await everywhere(await first.call('getrawtransaction', gift), second, third)
    await mine()
    await third.call('destroyamount', 'CBT', '20', 'gone')
    await round(nodes, third, [second, third])

    expect(new Set(await Promise.all(nodes.map((node) => node.call('getbestblockhash')))).size).toBe(1)
    const totals = await Promise.all(nodes.map((node) => node.call('getutxoassetinfo')))
    const amounts = totals.map((list) =>
      (isArray(list) ? list : []).map((item) => {
        const { entropy: _entropy, token: _token, ...rest } = objectIn(item)
        return rest
      }),
    )
    expect(amounts[1]).toEqual(amounts[0])
    expect(amounts[2]).toEqual(amounts[0])
    expect(amounts[0]).toContainEqual(
      expect.objectContaining({
        asset,
        amountspendable: expect.objectContaining({ text: '1400.50000000' }) as unknown,
      }),
    )

    // A node that is started again has the chain, the keys and the coins that it had.
    const before = await second.call('getbalance')
    await second.running.close()
    const restarted = await start(1, directories[1])
    expect(await restarted.call('getbalance')).toEqual(before)
    expect(await restarted.call('getbestblockhash')).toBe(await first.call('getbestblockhash'))
  }, 120_000)
})
