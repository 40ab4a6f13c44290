import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'

import { amount, integer, isArray, type JsonObject } from '../../../../src/ocean/json/index.js'
import {
  amountIn,
  type Calls,
  type ControlContext,
  objectIn,
  RPC,
  RpcError,
} from '../../../../src/ocean/rpc/index.js'
import {
  basic,
  objectAt,
  PASSWORD,
  rawRequest,
  readRecording,
  type Served,
  serveCalls,
  textAt,
  USER,
} from '../../../support/ocean/index.js'

const AUTHORIZED = basic(USER, PASSWORD)

const recorded = readRecording('00-rpc-envelope').filter((entry) => 'request' in entry)

const bodyOf = (note: string): string => {
  const entry = recorded.find((candidate) => candidate['note'] === note)
  if (!entry) throw new RangeError(`nothing is recorded as ${note}`)
  return textAt(objectAt(entry, 'response'), 'body')
}

const quoted = (text: string): string => /"result":"([0-9a-f]+)"/.exec(text)?.[1] ?? ''

/** What the recorded requests call, as far as they call it. */
const calls: Calls<ControlContext> = {
  getblockcount: () => integer(112),
  getblockhash: (given) => {
    if (given.integer(0) === 0) return quoted(bodyOf('named parameters'))
    throw new RpcError(RPC.parameter, 'Block height out of range')
  },
  signblock: () => null,
  combineblocksigs: () => null,
  validateaddress: () => ({ isvalid: false }),
  sendtoaddress: () => {
    throw new RpcError(RPC.addressOrKey, 'Invalid Bitcoin address')
  },
  createrawtransaction: (given) => {
    expect(amountIn(objectIn(given.at(1))['fee'] ?? null)).toBe(100_000n)
    return quoted(bodyOf('number amounts are accepted as JSON numbers and as strings'))
  },
}

const askAs = (served: Served, entry: JsonObject) => {
  const note = textAt(entry, 'note')
  const request = objectAt(entry, 'request')
  const sent = {
    method: textAt(request, 'method'),
    path: textAt(request, 'path'),
    body: textAt(request, 'body'),
  }
  if (note === 'no credentials: 401') return rawRequest(served.port, sent)
  const password = note === 'wrong credentials' ? 'wrong' : PASSWORD
  return rawRequest(served.port, { ...sent, authorization: basic(USER, password) })
}

const call = (served: Served, body: string | Uint8Array) =>
  rawRequest(served.port, { authorization: AUTHORIZED, body })

describe('JSON-RPC over HTTP', () => {
  it('has a recording for each habit of a real node', () => {
    expect(recorded).toHaveLength(25)
  })

  it.each(recorded.map((entry) => [textAt(entry, 'note'), entry] as const))(
    'answers as recorded: %s',
    async (note, entry) => {
      const answered = await askAs(await serveCalls(calls), entry)
      const { status, headers, body } = objectAt(entry, 'response')
      expect(String(answered.status)).toBe((status as { text: string }).text)
      if (note.startsWith('usage error')) {
        // The text of the help is our own; that it is one, and of which call, is the real node's.
        expect(answered.body).toMatch(
          /^\{"result":null,"error":\{"code":-1,"message":"getblockhash height\\n\\n/,
        )
        return
      }
      expect(answered.body).toBe(body)
      const undated = (pairs: readonly (readonly unknown[])[]) =>
        pairs.map(([name, value]) => [name, name === 'Date' ? 'any' : value])
      expect(undated(answered.headers)).toEqual(undated((isArray(headers) ? headers : []) as string[][]))
    },
  )

  it.each([
    ['an empty batch', '[]', '[]\n'],
    [
      'a batch of what is no request',
      '[1]',
      '[{"result":null,"error":{"code":-32600,"message":"Invalid Request object"},"id":null}]\n',
    ],
  ])('answers %s', async (_name, body, expected) => {
    expect(await call(await serveCalls(calls), body)).toMatchObject({ status: 200, body: expected })
  })

  it('takes what is no UTF-8 for no JSON', async () => {
    const { status, body } = await call(await serveCalls(calls), new Uint8Array([0x7b, 0xff, 0x7d]))
    expect({ status, body }).toMatchObject({ status: 500, body: expect.stringContaining('-32700') as string })
  })

  it('writes amounts with eight decimals', async () => {
    const served = await serveCalls({ getbalance: () => ({ CBT: amount(2_100_000_000_000_000n) }) })
    const { body } = await call(served, '{"id":1,"method":"getbalance"}')
    expect(body).toBe('{"result":{"CBT":21000000.00000000},"error":null,"id":1}\n')
  })

  it('refuses a body that is too large, and goes on serving', async () => {
    const served = await serveCalls(calls, { bodyBytes: 1000 })
    expect((await call(served, `"${'0'.repeat(2000)}"`)).status).toBe(413)
    expect((await call(served, '{"method":"getblockcount"}')).status).toBe(200)
  })

  it('refuses more requests than it works on', async () => {
    let release: () => void = () => {}
    const held = new Promise<null>((resolve) => (release = () => resolve(null)))
    const served = await serveCalls({ getinfo: () => held }, { requests: 1 })
    const first = call(served, '{"method":"getinfo"}')
    const refusals = await Promise.race([
      first.then(() => 'answered'),
      (async () => {
        for (let round = 0; round < 200; round++) {
          const { status, body } = await call(served, '{"method":"help"}')
          if (status === 500) return body
        }
        return 'never full'
      })(),
    ])
    expect(refusals).toBe('Work queue depth exceeded')
    release()
    expect((await first).status).toBe(200)
  })

  it.each([
    ['says nothing', ''],
    ['does not end its request', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'],
  ])('hangs up on who %s', async (_name, said) => {
    const { port } = await serveCalls(calls, { requestTimeoutMs: 100 })
    const socket = connect(port, '127.0.0.1')
    socket.write(said)
    const ended = new Promise((resolve) => socket.once('close', () => resolve('closed')))
    socket.resume()
    expect(await ended).toBe('closed')
  })

  it('says nothing of what went wrong inside, and tells the operator', async () => {
    const served = await serveCalls({
      getinfo: () => {
        throw new RangeError('secret')
      },
    })
    const { body } = await call(served, '{"id":1,"method":"getinfo"}')
    expect(body).toBe('{"result":null,"error":{"code":-32603,"message":"Internal error"},"id":1}\n')
    expect(served.faults).toHaveLength(1)
  })

  it('waits before it refuses wrong credentials, not before it takes right ones', async () => {
    const served = await serveCalls(calls, { refusalDelayMs: 120 })
    const started = performance.now()
    expect((await rawRequest(served.port, { authorization: basic(USER, 'x') })).status).toBe(401)
    expect(performance.now() - started).toBeGreaterThan(110)
  })

  it('cannot listen where somebody else does', async () => {
    const { port } = await serveCalls(calls)
    const { serveRpc, DEFAULT_RPC_LIMITS } = await import('../../../../src/ocean/rpc/index.js')
    const second = serveRpc(
      { calls: {}, context: null, onInternalError: () => {} },
      {
        host: '127.0.0.1',
        port,
        credentials: { user: '', password: '', hashed: [] },
        allowed: [],
        limits: DEFAULT_RPC_LIMITS,
      },
    )
    await expect(second).rejects.toMatchObject({ code: 'ocean-listen-failed' })
  })
})

describe('help and stop', () => {
  it('lists what is answered under its heading, and no more', async () => {
    const { body } = await call(await serveCalls(calls), '{"method":"help"}')
    const [listed = ''] = [(JSON.parse(body) as { result: string }).result]
    expect(listed.split('\n').slice(0, 3)).toEqual([
      '== Blockchain ==',
      'getblockcount',
      'getblockhash height',
    ])
    expect(listed).toContain('== Control ==\nhelp ( "command" )\nstop')
    expect(listed).not.toContain('getblockheader')
  })

  it('knows no command that it does not answer', async () => {
    const served = await serveCalls(calls)
    const { body } = await call(served, '{"id":1,"method":"help","params":["getrequests"]}')
    expect(body).toBe('{"result":"help: unknown command: getrequests","error":null,"id":1}\n')
    expect((await call(served, '{"method":"getrequests"}')).status).toBe(404)
    expect((await call(served, '{"method":"toString"}')).status).toBe(404)
  })

  it('asks the node to stop', async () => {
    const served = await serveCalls(calls)
    const { body } = await call(served, '{"id":1,"method":"stop"}')
    expect(body).toBe('{"result":"Ocean server stopping","error":null,"id":1}\n')
    expect(served.stops()).toBe(1)
  })
})
