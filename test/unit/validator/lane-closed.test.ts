import { describe, expect, it } from 'vitest'
import { type FeedMessage, hashHex, sha256 } from '../../../src/feeds/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import { closeLaneOperations } from '../../../src/protocol/index.js'
import { encodeCloseLane } from '../../../src/protocol/registry/index.js'
import { assert, toHex, utf8 } from '../../../src/util/index.js'
import { TestAccount } from '../../support/account.js'
import type { ChainFixture } from '../../support/chain-fixture.js'
import {
  fixtureWith,
  richAccount,
  serveMessagenode,
  serveValidator,
  serveView,
} from '../../support/serving.js'
import { temporaryDirectory } from '../../support/temporary.js'

const poor = new TestAccount('poor')

/** Closes the lane of one validator through the lane of another. */
const operationAgainst = (chain: ChainFixture, lane: number, carrier: number): Uint8Array => {
  const feed = chain.lanes[carrier]
  assert(feed, 'the fixture has this lane')
  const [operation, ...more] = closeLaneOperations(...chain.forkOf(lane), feed)
  assert(operation && more.length === 0, 'two small messages fit one transaction')
  return operation
}

/** Lane 0, which the service publishes in, is closed by lane 1, while a transaction still waits in it. */
const closedAround = async () => {
  const directory = await temporaryDirectory()
  const serving = await serveValidator(fixtureWith(), {}, directory)
  const { chain, service, view } = serving
  const rich = richAccount()
  chain.publish(1, [operationAgainst(chain, 0, 1)])
  const proposal = chain.assemble()
  const stranded = rich.transfer(chain.network.chainId, poor.id, 5n)
  await service.submit(stranded)
  expect([view.waitingCount, await pendingCount(service.server)]).toEqual([2, 1])
  chain.decide(proposal)
  await view.settled()
  return { ...serving, directory, rich, stranded }
}

type Server = Awaited<ReturnType<typeof serveValidator>>['service']['server']

const pendingCount = async (server: Server): Promise<number> => {
  const { body } = await server.inject('/metrics')
  return Number(/^blockfin_own_pending_transactions_count (\d+)$/m.exec(body)?.[1])
}

describe('a registry operation that a client submits', () => {
  it('is published in the lane that it names, executed by the protocol, and proved like any transaction', async () => {
    const { chain, service, view } = await serveValidator()
    const prover = await serveMessagenode(chain)
    const operation = operationAgainst(chain, 2, 0)
    expect(await service.submit(operation)).toMatchObject({ state: 'received', place: { lane: 0 } })
    chain.decide()
    chain.seal()
    await Promise.all([view.settled(), prover.view.settled()])
    const hash = transactionHash(operation)
    expect(await view.transactionStatus(hash)).toMatchObject({ result: { code: 0, name: 'executed' } })
    const { statusCode } = await prover.service.server.inject(`/v1/proofs/transactions/${hash}`)
    expect(statusCode).toBe(200)
  })

  const refusals: readonly (readonly [string, (chain: ChainFixture) => Uint8Array, number, string])[] = [
    ['malformed', (chain) => operationAgainst(chain, 2, 0).subarray(0, 80), 240, 'malformed-operation'],
    ['meant for another lane to carry', (chain) => operationAgainst(chain, 2, 1), 242, 'wrong-carrier'],
  ]

  it.each(refusals)('and is %s is refused with its code', async (_name, make, result, name) => {
    const { chain, service } = await serveValidator()
    const payload = { transaction: toHex(make(chain)) }
    const reply = await service.server.inject({ method: 'POST', url: '/v1/transactions', payload })
    expect(reply.statusCode).toBe(422)
    expect(reply.json()).toMatchObject({ error: { code: 'transaction-refused', data: { result, name } } })
    expect(chain.log).toEqual([])
  })

  it('disturbs none of those that wait beside it', async () => {
    const { chain, service } = await serveValidator()
    const rich = richAccount()
    const { chainId } = chain.network
    const all = [rich.transfer(chainId, poor.id, 5n), operationAgainst(chain, 2, 0)]
    for (const transaction of [...all, rich.transfer(chainId, poor.id, 6n)]) await service.submit(transaction)
    expect(await pendingCount(service.server)).toBe(3)
    chain.decide()
    const codes = chain.history.flatMap((event) => (event.kind === 'executed' ? [...event.block.codes] : []))
    expect(codes).toEqual([0, 0, 0])
    expect(chain.ledger.query(chain.state, `accounts/${rich.id}`)).toMatchObject({ nonce: '2' })
    await expect(service.submit(operationAgainst(chain, 2, 0))).resolves.toMatchObject({ known: true })
  })
})

describe('parts of proofs, which cost their sender nothing', () => {
  /** The first of so many parts: bytes of nothing. */
  const partOfNothing = (chain: ChainFixture, label: string): Uint8Array => {
    const [carrier, lane] = chain.lanes
    assert(carrier && lane, 'the fixture has two lanes')
    const proof = hashHex(sha256(utf8(label)))
    return encodeCloseLane({ carrier, lane, proof, part: 0, parts: 16, bytes: new Uint8Array(3900) })
  }

  const post = async (server: Server, bytes: Uint8Array) => {
    const payload = { transaction: toHex(bytes) }
    const reply = await server.inject({ method: 'POST', url: '/v1/transactions', payload })
    return reply.statusCode
  }

  it('are taken from clients for two proofs at a time, and from the node itself for any', async () => {
    const { chain, service } = await serveValidator()
    const [first, second, third] = ['a', 'b', 'c'].map((label) => partOfNothing(chain, label))
    assert(first && second && third, 'three parts')
    expect(await post(service.server, first)).toBe(202)
    expect(await post(service.server, second)).toBe(202)
    expect(await post(service.server, third)).toBe(503)
    chain.decide()
    expect(await post(service.server, third)).toBe(503)
    expect(await service.submit(third)).toMatchObject({ state: 'received', known: false })
  })

  it('are taken again once the proofs before them are forgotten', async () => {
    const { chain, service } = await serveValidator()
    for (const label of ['a', 'b']) await post(service.server, partOfNothing(chain, label))
    for (let height = 1; height <= 101; height++) chain.decide()
    expect(await post(service.server, partOfNothing(chain, 'c'))).toBe(202)
  })
})

describe('a validator whose lane the chain has closed', () => {
  it('takes no transactions, and says why', async () => {
    const { chain, service, rich } = await closedAround()
    const next = rich.transfer(chain.network.chainId, poor.id, 6n)
    await expect(service.submit(next)).rejects.toMatchObject({ code: 'lane-closed' })
    const payload = { transaction: toHex(next) }
    const reply = await service.server.inject({ method: 'POST', url: '/v1/transactions', payload })
    expect([reply.statusCode, reply.json()]).toEqual([
      503,
      { error: expect.objectContaining({ code: 'lane-closed', data: { lane: chain.lanes[0] } }) as unknown },
    ])
  })

  it('lets go of what waits in the lane: it is unknown, and may be sent elsewhere', async () => {
    const { service, view, stranded } = await closedAround()
    expect([view.waitingCount, await pendingCount(service.server)]).toEqual([0, 0])
    expect((await view.transactionStatus(transactionHash(stranded))).state).toBe('unknown')
  })

  it('hears nothing more of it', async () => {
    const { chain, service, view, rich } = await closedAround()
    const late: FeedMessage = chain.publish(0, [rich.transfer(chain.network.chainId, poor.id, 7n)])
    expect(late.sequence).toBe(2)
    expect([view.waitingCount, await pendingCount(service.server)]).toEqual([0, 0])
  })

  it('knows it again after a restart, of which the store remembers the blocks', async () => {
    const { chain, view, store, directory } = await closedAround()
    await view.close()
    await store.close()
    const again = await serveView(chain, undefined, directory)
    chain.replay()
    await again.view.settled()
    expect(again.view.waitingCount).toBe(0)
  })

  it('knows it again where it goes on from a state in which it is closed', async () => {
    const { chain, rich } = await closedAround()
    const { view } = await serveView(chain, undefined, await temporaryDirectory())
    chain.publish(0, [rich.transfer(chain.network.chainId, poor.id, 8n)])
    await view.settled()
    expect(view.waitingCount).toBe(0)
  })
})
