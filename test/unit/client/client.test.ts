import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BlockEvent } from '../../../src/api/index.js'
import { checkAccountProof, checkTransactionProof, createClient } from '../../../src/client/index.js'
import type { Hash } from '../../../src/feeds/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import { TestAccount } from '../../support/account.js'
import { fixtureWith, richAccount, serveMessagenode, serveValidator } from '../../support/serving.js'

const poor = new TestAccount('poor')
/** Impatient, so that a failing server costs a test little. */
const QUICK = { delayMs: 5, maxDelayMs: 20, rounds: 2, requestTimeoutMs: 2000 }

const HOST = { host: '127.0.0.1', port: 0 }

const serveValidatorUrl = async (
  chain = fixtureWith(),
  options: Parameters<typeof serveValidator>[1] = {},
) => {
  const validator = await serveValidator(chain, options)
  return { ...validator, url: await validator.service.server.listen(HOST) }
}

const serveMessagenodeUrl = async (chain = fixtureWith()) => {
  const node = await serveMessagenode(chain)
  return { ...node, url: await node.service.server.listen(HOST) }
}

/** A server of something else than this API; counts its requests. */
const strangeServer = async (
  status: number,
  body: string,
): Promise<{ url: string; requests: () => number }> => {
  let requests = 0
  const server: Server = createServer((_request, response) => {
    requests += 1
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests }
}

/** Refuses so many requests as beyond the client's share, then answers `body`. Counts its requests. */
const busyServer = async (refusals: number, body: string) => {
  let requests = 0
  const refusal = JSON.stringify({ error: { code: 'too-many-requests', message: 'later', data: {} } })
  const server = createServer((_request, response) => {
    requests += 1
    if (requests <= refusals) response.writeHead(429, { 'retry-after': '0' }).end(refusal)
    else response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests }
}

/** An address where nobody listens: it was just given back. */
const deadUrl = async (): Promise<string> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return url
}

describe('client', () => {
  it('slows down when it is told to, and takes its request nowhere else', async () => {
    const busy = await busyServer(1, '{"height":7}')
    const other = await strangeServer(200, '{}')
    const client = createClient({ validators: [busy.url, other.url], ...QUICK })
    expect(await client.nodeStatus()).toEqual({ height: 7 })
    expect([busy.requests(), other.requests()]).toEqual([2, 0])
    const tooBusy = await busyServer(2, '{}')
    const refused = createClient({ validators: [tooBusy.url], ...QUICK }).nodeStatus()
    await expect(refused).rejects.toMatchObject({ code: 'too-many-requests' })
  })

  it('sends a transaction, waits for its seal, and checks the proofs it gets', async () => {
    const chain = fixtureWith()
    const validator = await serveValidatorUrl(chain)
    const messagenode = await serveMessagenodeUrl(chain)
    const client = createClient({ validators: [validator.url], messagenodes: [messagenode.url] })
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    const hash = transactionHash(transaction)
    expect(await client.submit(transaction)).toMatchObject({ hash, state: 'received', known: false })
    expect(await client.submit(transaction)).toMatchObject({ known: true })
    const sealed = client.waitFor(hash)
    const committed = client.waitFor(hash, 'committed')
    chain.decide()
    expect(await committed).toMatchObject({ state: 'committed', result: { outcome: 'executed' } })
    chain.seal()
    expect(await sealed).toMatchObject({ state: 'sealed', block: { height: 1, position: 0 } })
    expect(await client.status(hash)).toMatchObject({ state: 'sealed' })
    await messagenode.view.settled()
    expect(await checkTransactionProof(chain.network, await client.transactionProof(hash))).toMatchObject({
      verdict: 'accept',
      hash,
      code: 0,
    })
    expect(await checkAccountProof(chain.network, poor.id, await client.accountProof(poor.id))).toMatchObject(
      {
        account: { balance: '5' },
      },
    )
    expect(await client.account(poor.id)).toMatchObject({ height: 1, answer: { balance: '5' } })
    expect(await client.block('sealed', { bytes: true })).toMatchObject({ header: { height: 1 } })
    expect(await client.certificate('sealed', 1)).toMatchObject({ stage: 'sealed', height: 1 })
    expect(await client.nodeStatus()).toMatchObject({ node: { kind: 'validator' } })
  })

  it('sends a batch, each transaction with its own outcome', async () => {
    const { chain, url } = await serveValidatorUrl()
    const client = createClient({ validators: [url] })
    const rich = richAccount()
    const good = rich.transfer(chain.network.chainId, poor.id, 5n)
    const { results } = await client.submitBatch([good, new Uint8Array(10)])
    expect(results).toMatchObject([
      { hash: transactionHash(good), status: { state: 'received' } },
      { error: { code: 'transaction-refused' } },
    ])
  })

  it('goes to the next validator when one is dead, strange or overloaded, and stays there', async () => {
    const chain = fixtureWith()
    const overloaded = await serveValidatorUrl(chain, { pending: { transactions: 0 } })
    const strange = await strangeServer(200, '<html>')
    const good = await serveValidatorUrl(chain)
    const validators = [await deadUrl(), strange.url, overloaded.url, good.url]
    const client = createClient({ validators, ...QUICK })
    const rich = richAccount()
    const first = rich.transfer(chain.network.chainId, poor.id, 5n)
    expect(await client.submit(first)).toMatchObject({ known: false })
    expect(strange.requests()).toBe(1)
    expect(await client.submit(rich.transfer(chain.network.chainId, poor.id, 6n))).toMatchObject({
      known: false,
    })
    expect(strange.requests()).toBe(1)
    // Reading elsewhere what it cannot know does not lead the account's next transaction astray.
    const elsewhere = await serveValidatorUrl()
    const foreign = richAccount().transfer(elsewhere.chain.network.chainId, poor.id, 9n)
    await elsewhere.service.submit(foreign)
    const reading = createClient({ validators: [good.url, elsewhere.url], ...QUICK })
    expect(await reading.status(transactionHash(foreign))).toMatchObject({ state: 'received' })
    const third = await reading.submit(rich.transfer(chain.network.chainId, poor.id, 7n))
    expect(third).toMatchObject({ place: { sequence: 3 } })
  })

  it('takes a refusal for an answer and asks nobody else', async () => {
    const { chain, url } = await serveValidatorUrl()
    const other = await strangeServer(200, '{}')
    const client = createClient({ validators: [url, other.url], ...QUICK })
    const unaffordable = richAccount().transfer(chain.network.chainId, poor.id, 5_000_000n)
    await expect(client.submit(unaffordable)).rejects.toMatchObject({
      code: 'transaction-refused',
      data: { name: 'insufficient-funds', status: 422 },
    })
    expect(other.requests()).toBe(0)
  })

  it('asks every validator for a transaction that one does not know', async () => {
    const ignorant = await serveValidatorUrl()
    const { chain, url, service } = await serveValidatorUrl()
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    await service.submit(transaction)
    const client = createClient({ validators: [ignorant.url, await deadUrl(), url, ignorant.url], ...QUICK })
    expect(await client.status(transactionHash(transaction))).toMatchObject({ state: 'received' })
    await expect(client.status(transactionHash(new Uint8Array(1)))).rejects.toMatchObject({
      code: 'transaction-unknown',
    })
  })

  it('finds the kind of node that serves what it asks for', async () => {
    const chain = fixtureWith()
    const messagenode = await serveMessagenodeUrl(chain)
    const validator = await serveValidatorUrl(chain)
    const both = [messagenode.url, validator.url]
    const client = createClient({ validators: both, messagenodes: both, ...QUICK })
    expect(await client.account(poor.id)).toMatchObject({ height: 0 })
    await expect(client.certificate('sealed', 1)).rejects.toMatchObject({ code: 'certificate-unknown' })
    const alone = createClient({ validators: [messagenode.url], ...QUICK })
    await expect(alone.account(poor.id)).rejects.toMatchObject({ code: 'route-unknown' })
  })

  it('gives up after its rounds, by code', async () => {
    const dead = createClient({ validators: [await deadUrl()], ...QUICK })
    await expect(dead.nodeStatus()).rejects.toMatchObject({ code: 'unreachable' })
    const strange = await strangeServer(500, '{"oops":1}')
    const client = createClient({ validators: [strange.url], ...QUICK })
    await expect(client.nodeStatus()).rejects.toMatchObject({
      code: 'malformed-answer',
      data: { status: 500 },
    })
    expect(strange.requests()).toBe(QUICK.rounds)
    await expect(createClient({ validators: [] }).nodeStatus()).rejects.toMatchObject({ code: 'unreachable' })
  })

  it('stops waiting for a stage that does not come, and tells what it saw', async () => {
    const { chain, url } = await serveValidatorUrl()
    const client = createClient({ validators: [url], ...QUICK })
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    await client.submit(transaction)
    await expect(
      client.waitFor(transactionHash(transaction), 'sealed', { timeoutMs: 300 }),
    ).rejects.toMatchObject({
      code: 'wait-timeout',
      data: { last: { state: 'received' } },
    })
  })

  it('does not wait for what is refused', async () => {
    const { url } = await serveValidatorUrl()
    const client = createClient({ validators: [url], ...QUICK })
    await expect(client.waitFor('nonsense' as Hash)).rejects.toMatchObject({ code: 'malformed-hash' })
  })

  it('goes on waiting at another node when the first one goes away', async () => {
    const chain = fixtureWith()
    const first = await serveValidatorUrl(chain)
    const second = await serveMessagenodeUrl(chain)
    const client = createClient({ validators: [first.url], messagenodes: [second.url], ...QUICK })
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    await client.submit(transaction)
    const waiting = client.waitFor(transactionHash(transaction))
    chain.assemble()
    await first.service.close()
    chain.decide()
    chain.seal()
    expect(await waiting).toMatchObject({ state: 'sealed' })
  })

  it('follows blocks until told to stop', async () => {
    const { chain, url } = await serveValidatorUrl()
    const client = createClient({ validators: [url] })
    chain.publish(0, [richAccount().transfer(chain.network.chainId, poor.id, 5n)])
    chain.decide()
    chain.seal()
    const steps: BlockEvent[] = []
    for await (const step of client.events({ height: 1 })) steps.push(step)
    expect(steps.at(-1)).toMatchObject({ stage: 'sealed', height: 1, txCount: 1, failed: 0 })
    const stop = new AbortController()
    const all = client.events({ signal: stop.signal })
    const next = all.next()
    stop.abort()
    expect(await next).toMatchObject({ done: true })
  })
})
