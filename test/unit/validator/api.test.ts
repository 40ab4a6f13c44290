import { connect } from 'node:net'
import type { InjectOptions } from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { API_ERRORS, isApiErrorCode } from '../../../src/api/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import { toHex } from '../../../src/util/index.js'
import { TestAccount } from '../../support/account.js'
import { followEvents } from '../../support/event-log.js'
import { fixtureWith, richAccount, type Serving, serveValidator } from '../../support/serving.js'

const poor = new TestAccount('poor')
type Validator = Serving<Awaited<ReturnType<typeof serveValidator>>['service']>

const json = async ({ service }: Validator, options: InjectOptions) => {
  const response = await service.server.inject(options)
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.json<Record<string, unknown>>(),
  }
}

const post = (path: string, body: string | Buffer, type = 'application/json'): InjectOptions => ({
  method: 'POST',
  url: path,
  headers: { 'content-type': type },
  payload: body,
})

describe('validator API', () => {
  it('takes a transaction as bytes or as hexadecimal, and names it by its hash', async () => {
    const validator = await serveValidator()
    const rich = richAccount()
    const { chainId } = validator.chain.network
    const asBytes = rich.transfer(chainId, poor.id, 5n)
    const asHex = rich.transfer(chainId, poor.id, 6n)
    const first = await json(
      validator,
      post('/v1/transactions', Buffer.from(asBytes), 'application/octet-stream'),
    )
    expect(first).toMatchObject({ status: 202, body: { hash: transactionHash(asBytes), state: 'received' } })
    const body = JSON.stringify({ transaction: toHex(asHex) })
    expect(await json(validator, post('/v1/transactions', body))).toMatchObject({ status: 202 })
    expect(await json(validator, post('/v1/transactions', body))).toMatchObject({
      status: 200,
      body: { known: true },
    })
    expect(await json(validator, { url: `/v1/transactions/${transactionHash(asHex)}` })).toMatchObject({
      status: 200,
      body: { state: 'received', replicated: false, place: { lane: 0 } },
    })
  })

  it('gives each transaction of a batch its own outcome, in order', async () => {
    const validator = await serveValidator()
    const rich = richAccount()
    const { chainId } = validator.chain.network
    const good = [rich.transfer(chainId, poor.id, 5n), rich.transfer(chainId, poor.id, 6n)].map(toHex)
    const tooMuch = toHex(rich.transfer(chainId, poor.id, 5_000_000n, { nonce: 1n }))
    const body = JSON.stringify({ transactions: [good[0], 'zz', tooMuch, good[1], 7] })
    const answer = await json(validator, post('/v1/transactions/batch', body))
    expect(answer).toMatchObject({
      status: 200,
      body: {
        results: [
          { status: { state: 'received', place: { sequence: 1, index: 0 } } },
          { hash: null, error: { code: 'malformed-transaction' } },
          { error: { code: 'transaction-refused', data: { name: 'insufficient-funds' } } },
          { status: { state: 'received' } },
          { hash: null, error: { code: 'malformed-transaction' } },
        ],
      },
    })
  })

  it('answers reads of accounts on the executed state, or with what waits here', async () => {
    const validator = await serveValidator()
    const rich = richAccount()
    await validator.service.submit(rich.transfer(validator.chain.network.chainId, poor.id, 5n))
    const url = `/v1/accounts/${rich.id}`
    const executed = await json(validator, { url })
    expect(executed.body).toMatchObject({
      height: 0,
      pending: false,
      answer: { nonce: '0', balance: '1000000' },
    })
    const pending = await json(validator, { url: `${url}?pending=true` })
    expect(pending.body).toMatchObject({ pending: true, answer: { nonce: '1', balance: '999994' } })
  })

  it('serves blocks by height and by name', async () => {
    const validator = await serveValidator()
    const { chain, view } = validator
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    chain.publish(1, [transaction])
    chain.decide()
    await view.settled()
    expect(await json(validator, { url: '/v1/blocks/sealed' })).toMatchObject({ status: 404 })
    chain.seal()
    await view.settled()
    for (const name of ['1', 'latest', 'sealed']) {
      const { status, body } = await json(validator, { url: `/v1/blocks/${name}?bytes=true` })
      expect(status).toBe(200)
      expect(body).toMatchObject({
        header: { height: 1, parent: chain.network.chainId, txCount: 1 },
        stage: 'sealed',
        committed: { stage: 'committed', signers: [0, 1, 2] },
        sealed: { stage: 'sealed', round: 0 },
        transactions: [
          { position: 0, lane: 1, result: { name: 'executed' }, transaction: toHex(transaction) },
        ],
      })
    }
  })

  it('says what it is and how it is', async () => {
    const validator = await serveValidator()
    expect((await json(validator, { url: '/v1/status' })).body).toMatchObject({
      node: { kind: 'validator' },
      height: 1,
      executedHeight: 0,
      problems: [],
      epoch: { validators: 4, messagenodes: 3, faulty: 1, quorum: 3 },
      capacity: { transactions: 2000 },
      emptyBlocks: { launch: 10, ahead: 10 },
      application: 'store-ledger',
    })
    expect(await json(validator, { url: '/v1/health' })).toMatchObject({
      status: 200,
      body: { healthy: true },
    })
    validator.chain.report = {
      problems: [
        { code: 'halted', data: { reason: 'diverged' } },
        { code: 'no-peers', data: {} },
      ],
      hints: [{ code: 'clock-off', data: { offsetMs: 7000 } }],
      behindHeights: 3,
      clockOffsetMs: 7000,
    }
    expect(await json(validator, { url: '/v1/health' })).toMatchObject({
      status: 503,
      body: {
        healthy: false,
        problems: ['halted', 'no-peers'],
        hints: ['clock-off'],
        details: { halted: { reason: 'diverged' }, 'clock-off': { offsetMs: 7000 } },
        behindHeights: 3,
      },
    })
    const metrics = await validator.service.server.inject({ url: '/metrics' })
    expect(metrics.body).toContain('blockfin_health_problem{code="halted",severity="problem"} 1')
    expect(metrics.body).toContain('blockfin_behind_heights 3')
    expect(metrics.body).toContain('blockfin_own_pending_transactions_count 0')
    expect(metrics.body).toMatch(/blockfin_http_requests_total\{route="\/v1\/status",status="200"\} 1/)
  })

  describe('refuses by code, publishing nothing', () => {
    const hex = (size: number) => JSON.stringify({ transaction: 'ab'.repeat(size) })
    const oversized = Buffer.alloc(7000, 1)
    const cases: readonly (readonly [string, InjectOptions, number, string])[] = [
      ['no such route', { url: '/v2/transactions' }, 404, 'route-unknown'],
      ['wrong method', { method: 'DELETE', url: '/v1/status' }, 404, 'route-unknown'],
      ['address that is no text', { url: '/v1/blocks/%zz' }, 400, 'malformed-request'],
      ['endless parameter', { url: `/v1/blocks/${'1'.repeat(500)}` }, 400, 'malformed-request'],
      ['hash that is none', { url: '/v1/transactions/abc' }, 400, 'malformed-hash'],
      ['hash in capitals', { url: `/v1/transactions/${'AB'.repeat(32)}` }, 400, 'malformed-hash'],
      ['unknown hash', { url: `/v1/transactions/${'ab'.repeat(32)}` }, 404, 'transaction-unknown'],
      ['height 0', { url: '/v1/blocks/0' }, 400, 'malformed-height'],
      ['height below', { url: '/v1/blocks/-1' }, 400, 'malformed-height'],
      ['height that is no number', { url: '/v1/blocks/1e3' }, 400, 'malformed-height'],
      ['height beyond safe', { url: '/v1/blocks/9999999999999999' }, 400, 'malformed-height'],
      ['unknown block', { url: '/v1/blocks/7' }, 404, 'block-unknown'],
      ['no block yet', { url: '/v1/blocks/latest' }, 404, 'block-unknown'],
      ['account that is none', { url: '/v1/accounts/me' }, 400, 'malformed-account'],
      [
        'two streams in one',
        { url: `/v1/events?height=1&transaction=${'ab'.repeat(32)}` },
        400,
        'malformed-request',
      ],
      ['stream of no height', { url: '/v1/events?height=x' }, 400, 'malformed-height'],
      ['stream of no hash', { url: '/v1/events?transaction=x' }, 400, 'malformed-hash'],
      ['JSON that is none', post('/v1/transactions', '{"transaction":'), 400, 'malformed-json'],
      ['no JSON at all', post('/v1/transactions', ''), 400, 'malformed-json'],
      [
        'poisoned JSON',
        post('/v1/transactions', '{"__proto__":{"transaction":"ab"}}'),
        400,
        'malformed-json',
      ],
      ['JSON null', post('/v1/transactions', 'null'), 400, 'malformed-transaction'],
      ['JSON without it', post('/v1/transactions', '{}'), 400, 'malformed-transaction'],
      ['no hexadecimal', post('/v1/transactions', '{"transaction":"xyz"}'), 400, 'malformed-transaction'],
      ['half a byte', post('/v1/transactions', '{"transaction":"abc"}'), 400, 'malformed-transaction'],
      [
        'no bytes',
        post('/v1/transactions', Buffer.alloc(0), 'application/octet-stream'),
        400,
        'malformed-transaction',
      ],
      [
        'too large for a message',
        post('/v1/transactions', oversized, 'application/octet-stream'),
        413,
        'transaction-too-large',
      ],
      ['too large for the body', post('/v1/transactions', hex(20_000)), 413, 'body-too-large'],
      ['another type', post('/v1/transactions', 'ab', 'text/plain'), 415, 'unsupported-media-type'],
      [
        'form',
        post('/v1/transactions', 'a=b', 'application/x-www-form-urlencoded'),
        415,
        'unsupported-media-type',
      ],
      ['bytes that mean nothing', post('/v1/transactions', hex(30)), 422, 'transaction-refused'],
      ['batch that is none', post('/v1/transactions/batch', '[]'), 400, 'malformed-batch'],
      ['empty batch', post('/v1/transactions/batch', '{"transactions":[]}'), 400, 'malformed-batch'],
      [
        'huge batch',
        post('/v1/transactions/batch', JSON.stringify({ transactions: Array(257).fill('ab') })),
        400,
        'malformed-batch',
      ],
    ]
    it.each(cases)('%s', async (_what, request, status, code) => {
      const validator = await serveValidator()
      const answer = await json(validator, request)
      expect(answer).toMatchObject({ status, body: { error: { code, data: expect.any(Object) as object } } })
      expect(isApiErrorCode(code) && API_ERRORS[code].status).toBe(status)
      expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.[jt]s\b|\\n/)
      expect(validator.chain.log).toEqual([])
    })

    const { chainId } = fixtureWith().network
    const rich = richAccount()
    const spoiled = rich.transfer(chainId, poor.id, 5n, { nonce: 0n })
    spoiled[40] = (spoiled[40] ?? 0) ^ 1
    const refused: readonly (readonly [string, Uint8Array])[] = [
      ['malformed', rich.transfer(chainId, poor.id, 5n, { nonce: 0n }).subarray(0, -1)],
      ['bad-signature', spoiled],
      ['expired', rich.transfer(chainId, poor.id, 5n, { nonce: 0n, validUntil: 0n })],
      ['valid-until-too-far', rich.transfer(chainId, poor.id, 5n, { nonce: 0n, validUntil: 1_000_000n })],
      ['wrong-nonce', rich.transfer(chainId, poor.id, 5n, { nonce: 4n })],
      ['fee-too-low', rich.transfer(chainId, poor.id, 5n, { nonce: 0n, fee: 0n })],
      ['insufficient-funds', rich.transfer(chainId, poor.id, 5_000_000n, { nonce: 0n })],
      ['zero-amount', rich.transfer(chainId, poor.id, 0n, { nonce: 0n })],
    ]
    it.each(refused)('transaction: %s', async (name, bytes) => {
      const validator = await serveValidator()
      const answer = await json(
        validator,
        post('/v1/transactions', Buffer.from(bytes), 'application/octet-stream'),
      )
      expect(answer).toMatchObject({
        status: 422,
        body: { error: { code: 'transaction-refused', data: { name } } },
      })
      expect(validator.chain.log).toEqual([])
    })

    it('a replayed nonce, under another hash', async () => {
      const validator = await serveValidator()
      const account = richAccount()
      await validator.service.submit(account.transfer(chainId, poor.id, 5n))
      const replay = account.transfer(chainId, poor.id, 6n, { nonce: 0n })
      const answer = await json(
        validator,
        post('/v1/transactions', Buffer.from(replay), 'application/octet-stream'),
      )
      expect(answer).toMatchObject({ status: 422, body: { error: { data: { name: 'wrong-nonce' } } } })
    })
  })

  it('tells an overloaded client when to come back', async () => {
    const validator = await serveValidator(fixtureWith(), {
      pending: { transactions: 0, retryAfterSeconds: 7 },
    })
    const bytes = Buffer.from(richAccount().transfer(validator.chain.network.chainId, poor.id, 5n))
    const answer = await json(validator, post('/v1/transactions', bytes, 'application/octet-stream'))
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'overloaded' } } })
    expect(answer.headers['retry-after']).toBe('7')
  })

  it('answers our own bug with nothing but its code, and logs it', async () => {
    const onInternalError = vi.fn()
    const validator = await serveValidator(fixtureWith(), { onInternalError })
    const fault = new Error('secret path /home/somebody')
    vi.spyOn(validator.store, 'header').mockRejectedValue(fault)
    const answer = await json(validator, { url: '/v1/blocks/1' })
    expect(answer).toEqual({
      status: 500,
      headers: expect.any(Object) as object,
      body: { error: { code: 'internal', message: API_ERRORS.internal.sentence, data: {} } },
    })
    expect(onInternalError).toHaveBeenCalledWith(fault)
  })
})

describe('validator API on a socket', () => {
  const listen = async (options: Parameters<typeof serveValidator>[1] = {}) => {
    const validator = await serveValidator(fixtureWith(), options)
    const url = await validator.service.server.listen({ host: '127.0.0.1', port: 0 })
    return { ...validator, url }
  }

  const raw = (url: string, text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
      let answer = ''
      socket.on('data', (chunk) => (answer += chunk.toString()))
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })

  it('answers what is not HTTP by code', async () => {
    const { url } = await listen()
    expect(await raw(url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"malformed-request"/)
    const headers = `GET / HTTP/1.1\r\nhost: x\r\nbig: ${'x'.repeat(20_000)}\r\n\r\n`
    expect(await raw(url, headers)).toMatch(/^HTTP\/1\.1 431 [^]*"code":"headers-too-large"/)
  })

  it('streams a transaction from unknown to sealed, then ends', async () => {
    const { url, chain, view } = await listen()
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    const { events, done } = followEvents(url, `/v1/events?transaction=${transactionHash(transaction)}`)
    const states = () => events.map(({ data }) => (data as { state: string }).state)
    await vi.waitFor(() => expect(states()).toEqual(['unknown']))
    chain.publish(0, [transaction])
    await vi.waitFor(() => expect(states()).toEqual(['unknown', 'received']))
    chain.holders = chain.network.genesis.messagenodes.map(({ id }) => id)
    chain.tell({ kind: 'replicated' })
    await vi.waitFor(() => expect(events.at(-1)?.data).toMatchObject({ state: 'received', replicated: true }))
    const assembled = chain.assemble()
    await vi.waitFor(() => expect(states().at(-1)).toBe('assembled'))
    chain.decide(assembled)
    await vi.waitFor(() => expect(states().at(-1)).toBe('committed'))
    chain.seal()
    await done
    await view.settled()
    expect(states()).toEqual(['unknown', 'received', 'received', 'assembled', 'committed', 'sealed'])
  })

  it('streams one block from assembled to sealed, also to a late reader', async () => {
    const { url, chain, view } = await listen()
    const { events, done } = followEvents(url, '/v1/events?height=1')
    chain.publish(0, [richAccount().transfer(chain.network.chainId, poor.id, 5n)])
    chain.decide()
    chain.seal()
    await done
    expect(events.map(({ name }) => name)).toEqual(['assembled', 'precommitted', 'committed', 'sealed'])
    await view.settled()
    const late = followEvents(url, '/v1/events?height=1')
    await late.done
    expect(late.events.map(({ name }) => name)).toEqual(['committed', 'sealed'])
  })

  it('streams every new block until it closes, and then ends the streams', async () => {
    const { url, chain, service } = await listen()
    const { events, done } = followEvents(url, '/v1/events')
    const rich = richAccount()
    await vi.waitFor(async () =>
      expect((await service.server.inject({ url: '/metrics' })).body).toContain(
        'blockfin_event_streams_count 1',
      ),
    )
    for (let height = 1; height <= 2; height++) {
      chain.publish(0, [rich.transfer(chain.network.chainId, poor.id, 5n)])
      chain.decide()
      chain.seal()
    }
    await vi.waitFor(() => expect(events).toHaveLength(4))
    expect(events.map(({ name, data }) => [name, (data as { height: number }).height])).toEqual([
      ['committed', 1],
      ['sealed', 1],
      ['committed', 2],
      ['sealed', 2],
    ])
    await service.close()
    await done
  })
})
