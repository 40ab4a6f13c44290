import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'

import { API_ERRORS, isApiErrorCode } from '../../../src/api/index.js'
import { ChainView, openChainStore } from '../../../src/chain-store/index.js'
import { ROUTE_ACCESS } from '../../../src/http/index.js'
import { createMessagenodeService } from '../../../src/messagenode/index.js'
import { toHex } from '../../../src/util/index.js'
import { createValidatorService } from '../../../src/validator/index.js'
import { TestAccount } from '../../support/account.js'
import { ChainFixture } from '../../support/chain-fixture.js'
import { oddValue, spoiledBytes, spoiledJson } from '../spoiled.js'
import type { FuzzTarget } from '../target.js'

/** Requests on every route, spoiled in path, query, headers and body, to a validator and a Messagenode with a chain. */
const rich = new TestAccount('rich')

const serve = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'blockfin-fuzz-'))
  const chain = new ChainFixture({ balances: new Map([[rich.id, 1_000_000n]]) })
  const internal: unknown[] = []
  const options = {
    onInternalError: (error: unknown) => internal.push(error),
    limits: { requestsPerSecond: 1e9 },
  }
  const open = async (name: string, self?: (typeof chain.network.members)[number]['id']) => {
    const store = await openChainStore(join(directory, name), chain.network.chainId)
    return { store, view: new ChainView(chain.host(self), store, (error) => internal.push(error)) }
  }
  const validator = await open('validator')
  const self = chain.network.genesis.messagenodes[0]?.id
  const messagenode = await open('messagenode', self)
  const services = [
    createValidatorService(chain.host(), validator.view, options),
    createMessagenodeService(chain.host(self), messagenode.view, options),
  ]
  const transaction = rich.transfer(chain.network.chainId, rich.id, 1n)
  chain.publish(0, [transaction])
  chain.decide()
  chain.seal()
  for (const { view } of [validator, messagenode]) await view.settled()
  const close = async () => {
    for (const service of services) await service.close()
    for (const { view, store } of [validator, messagenode]) {
      await view.close()
      await store.close()
    }
    await rm(directory, { recursive: true, force: true })
  }
  return { servers: services.map(({ server }) => server), chain, transaction, internal, close }
}

const PARAMETERS = /:[a-z]+/g

const segment = (known: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...known, '0', '1', '2', 'latest', 'sealed', 'committed', '..', '%2e%2e', '%00', '%zz'),
    fc.webSegment(),
    fc.string(),
  )

const requests = (known: readonly string[], transaction: Uint8Array) => {
  const route = fc.constantFrom(
    ...Object.keys(ROUTE_ACCESS).map((name) => name.split(' ') as [string, string]),
  )
  const query = fc.oneof(
    fc.constantFrom('', '?bytes=true', '?pending=true', `?transaction=${known[0]}`, '?height=1'),
    fc.webQueryParameters().map((text) => `?${text}`),
    fc.string().map((text) => `?${text}`),
  )
  const hex = toHex(transaction)
  const jsonBody = spoiledJson(fc.constantFrom({ transaction: hex }, { transactions: [hex, hex] }))
  const body = fc.oneof(
    spoiledBytes(fc.constant(transaction)).map((bytes) => Buffer.from(bytes)),
    jsonBody.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
    fc.string().map((text) => Buffer.from(text)),
  )
  const headerText = fc.string({ unit: fc.constantFrom(...' !#abz09:;,=/*"\t'), maxLength: 40 })
  return fc.record({
    route,
    method: fc.option(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH')),
    segments: fc.array(segment(known), { minLength: 2, maxLength: 2 }),
    query,
    type: fc.oneof(
      fc.constantFrom(
        'application/json',
        'application/octet-stream',
        'text/plain',
        'application/json; charset=x',
        '',
      ),
      headerText,
    ),
    headers: fc.dictionary(
      fc.constantFrom(
        'accept',
        'range',
        'expect',
        'x-forwarded-for',
        'last-event-id',
        'content-encoding',
        'te',
      ),
      headerText,
    ),
    body: fc.option(body),
    odd: oddValue,
  })
}

type Request = ReturnType<typeof requests> extends fc.Arbitrary<infer T> ? T : never

const send = async (server: FastifyInstance, request: Request) => {
  const { route, segments, query, type, headers, body } = request
  const method = (request.method ?? route[0]) as 'GET'
  let place = 0
  const path = route[1].replace(PARAMETERS, () => segments[place++] ?? '')
  const hasBody = body !== null && method !== 'GET' && method !== ('HEAD' as string)
  const abort = new AbortController()
  // An event stream has no end of its own.
  const timer = setTimeout(() => abort.abort(), 50)
  try {
    return await server.inject({
      method,
      // What no client can put on the wire, the test cannot either.
      url: encodeURI(path + query).replace(/%25/g, '%'),
      headers: { ...headers, ...(hasBody && type !== '' && { 'content-type': type }) },
      ...(hasBody && { payload: body }),
      signal: abort.signal,
    })
  } catch (error) {
    if (abort.signal.aborted) return null
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const check = (status: number, text: string): void => {
  if (status < 400) return
  const { error } = JSON.parse(text) as { error?: { code?: unknown } }
  const code = error?.code
  if (!isApiErrorCode(code) || API_ERRORS[code].status !== status || status === 500) {
    throw new Error(`status ${status} with ${text}`)
  }
}

export const http: FuzzTarget = {
  name: 'http',
  open: async () => {
    const { servers, transaction, chain, internal, close } = await serve()
    const known = [chain.network.chainId, rich.id]
    return {
      property: fc.asyncProperty(requests(known, transaction), async (request) => {
        for (const server of servers) {
          const answer = await send(server, request)
          if (answer && request.method !== 'HEAD') check(answer.statusCode, answer.body)
        }
        const [error] = internal.splice(0)
        if (error) throw new Error('an internal error', { cause: error })
      }),
      close,
    }
  },
}
