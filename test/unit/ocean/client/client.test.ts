import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'

import { createOceanClient, rpcCodeOf, type CallerOptions } from '../../../../src/ocean/client/index.js'
import {
  amount,
  integer,
  isObject,
  type Json,
  readJson,
  writeJson,
} from '../../../../src/ocean/json/index.js'
import { RPC, RpcError } from '../../../../src/ocean/rpc/index.js'
import {
  type RecordedCall,
  PASSWORD,
  objectAt,
  readRecording,
  recordedCalls,
  serveCalls,
  textAt,
  USER,
} from '../../../support/ocean/index.js'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A server that answers as it is told, and how many connections it saw. */
const serveRaw = async (handler: Handler) => {
  let connections = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => handler(request, response, body))
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

const clientOf = (port: number, options: Partial<CallerOptions> = {}) => {
  const client = createOceanClient({
    host: '127.0.0.1',
    port,
    user: USER,
    password: PASSWORD,
    delayMs: 5,
    timeoutMs: 5_000,
    ...options,
  })
  onTestFinished(() => client.close())
  return client
}

const reply = (result: Json, id = 1): string => `${writeJson({ result, error: null, id: integer(id) })}\n`

const recordedReply = (recording: string, method: string, accept = (_call: RecordedCall) => true): string => {
  const found = recordedCalls(recording).find(
    (call) => call.method === method && 'result' in call.outcome && accept(call),
  )
  if (!found || !('result' in found.outcome)) throw new RangeError(`no ${method} is recorded in ${recording}`)
  return reply(found.outcome.result)
}

/** A client of a server that gives one answer to everything. */
const answeredWith = async (text: string, status = 200, options: Partial<CallerOptions> = {}) =>
  clientOf((await serveRaw((_request, response) => response.writeHead(status).end(text))).port, options)

describe('typed calls, of recorded answers', () => {
  it('reads balances as satoshis', async () => {
    const client = await answeredWith(recordedReply('03-asset-issuance', 'getbalance'))
    const balance = await client.getBalance()
    expect(balance.get('CBT')).toBe(10_000_000_000n)
  })

  it('reads coins, with the asset of each', async () => {
    const client = await answeredWith(recordedReply('03-asset-issuance', 'listunspent'))
    const [coin] = await client.listUnspent()
    expect(coin).toMatchObject({ vout: 0, amount: 100_000_000_000n, confirmations: 1, spendable: true })
  })

  it('reads what is known of assets, digit for digit', async () => {
    const client = await answeredWith(recordedReply('02-genesis-config', 'getutxoassetinfo'))
    const assets = await client.getUtxoAssetInfo()
    expect(assets[0]).toMatchObject({ spendabletxouts: 100, amountspendable: 2_100_000_000_000_000n })
  })

  it('reads an output, a header and a signed block', async () => {
    const output = await answeredWith(recordedReply('03-asset-issuance', 'gettxout'))
    expect(await output.getTxOut('00'.repeat(32), 0)).toMatchObject({ value: 21_000_000_000_000n })
    const header = await answeredWith(recordedReply('01-block-signing', 'getblockheader'))
    expect(await header.getBlockHeader('00'.repeat(32))).toMatchObject({ height: 1, version: 536_870_912 })
    const combined = await answeredWith(recordedReply('01-block-signing', 'combineblocksigs'))
    expect((await combined.combineBlockSignatures('00', [])).complete).toBeTypeOf('boolean')
  })

  it('reads a half-signed transaction with its reasons', async () => {
    const client = await answeredWith(recordedReply('03-asset-issuance', 'signrawtransaction'))
    const { complete, errors } = await client.signRawTransaction('00')
    expect({ complete, reason: errors?.[0]?.error }).toEqual({
      complete: false,
      reason: expect.stringContaining('stack size') as string,
    })
  })

  it('refuses an answer of another shape', async () => {
    const client = await answeredWith(reply('x'))
    await expect(client.getBlockCount()).rejects.toMatchObject({ code: 'ocean-malformed-answer' })
  })
})

describe('recorded refusals', () => {
  const refusals = readRecording('00-rpc-envelope').filter((entry) => {
    if (!('response' in entry)) return false
    const body = textAt(objectAt(entry, 'response'), 'body')
    if (!body.startsWith('{"result":null,"error":{')) return false
    const parsed = readJson(body)
    return isObject(parsed) && isObject(parsed['error'])
  })

  it.each(refusals.map((entry) => [textAt(entry, 'note'), entry] as const))(
    'carry code and words: %s',
    async (_note, entry) => {
      const { body, status } = objectAt(entry, 'response') as { body: string; status: { text: string } }
      const client = await answeredWith(body, Number(status.text), { tries: 1 })
      const error = await client.getBlockCount().catch((caught: unknown) => caught)
      const said = objectAt(readJson(body) as { [name: string]: Json }, 'error')
      expect(error).toMatchObject({ code: 'ocean-refused', message: said['message'] })
      expect(String(rpcCodeOf(error))).toBe((said['code'] as { text: string }).text)
    },
  )
})

describe('a node that is not well', () => {
  it('says so where credentials are wrong, without another try', async () => {
    const { port } = await serveCalls({ getblockcount: () => integer(1) })
    const client = clientOf(port, { password: 'wrong' })
    await expect(client.getBlockCount()).rejects.toMatchObject({ code: 'ocean-unauthorized' })
  })

  it('is asked again while it starts or is busy', async () => {
    const answers = [
      '{"result":null,"error":{"code":-28,"message":"Loading block index..."},"id":1}',
      'Work queue depth exceeded',
      reply(integer(7)),
    ]
    const { port } = await serveRaw((_request, response) => response.end(answers.shift()))
    expect(await clientOf(port).getBlockCount()).toBe(7)
  })

  it('is asked again after it hung up, but not to pay twice', async () => {
    let asked = 0
    const { port } = await serveRaw((request, response) => {
      asked++
      if (asked === 1) request.socket.destroy()
      else response.end(reply('00'))
    })
    expect(await clientOf(port).getBestBlockHash()).toBe('00')
    asked = 0
    await expect(clientOf(port).sendToAddress('x', 1n)).rejects.toMatchObject({ code: 'ocean-unreachable' })
    expect(asked).toBe(1)
    asked = 0
    expect(await clientOf(port, { repeat: 'all' }).sendToAddress('x', 1n)).toBe('00')
  })

  it('comes to an end if nobody is there', async () => {
    const { port } = await serveRaw(() => {})
    const gone = clientOf(port, { timeoutMs: 30, tries: 2 })
    await expect(gone.getBlockCount()).rejects.toMatchObject({ code: 'ocean-timeout' })
    await expect(clientOf(1, { tries: 2 }).getBlockCount()).rejects.toMatchObject({
      code: 'ocean-unreachable',
    })
  })

  it('is not believed if it talks nonsense, or without end', async () => {
    const nonsense = await answeredWith('<html>')
    await expect(nonsense.getBlockCount()).rejects.toMatchObject({ code: 'ocean-malformed-answer' })
    const other = await answeredWith(reply(integer(1), 2))
    await expect(other.getBlockCount()).rejects.toMatchObject({ code: 'ocean-malformed-answer' })
    const endless = await answeredWith(reply('0'.repeat(5000)), 200, { maxAnswerBytes: 1000 })
    await expect(endless.getBestBlockHash()).rejects.toMatchObject({ code: 'ocean-malformed-answer' })
  })
})

describe('our own server', () => {
  it('is spoken to over one connection, call after call', async () => {
    const { port, connections } = await serveRaw((_request, response) => response.end(reply(integer(3))))
    const client = clientOf(port)
    for (let round = 0; round < 5; round++) await client.getBlockCount()
    expect(connections()).toBe(1)
  })

  it('hears amounts with all their digits, and answers with them', async () => {
    const { port } = await serveCalls({
      sendtoaddress: (given) => writeJson(given.at(1)),
      getbalance: () => ({ CBT: amount(1n) }),
    })
    const client = clientOf(port)
    expect(await client.sendToAddress('x', 2_099_999_999_999_999n)).toBe('20999999.99999999')
    expect(await client.getBalance()).toEqual(new Map([['CBT', 1n]]))
  })

  it('answers a batch in its order, refusals included', async () => {
    const { port } = await serveCalls({
      getblockcount: () => integer(5),
      getblockhash: () => {
        throw new RpcError(RPC.parameter, 'Block height out of range')
      },
    })
    const [count, hash] = await clientOf(port).batch([
      { method: 'getblockcount' },
      { method: 'getblockhash', params: [integer(9)] },
    ])
    expect(count).toEqual(integer(5))
    expect(rpcCodeOf(hash)).toBe(RPC.parameter)
  })
})
