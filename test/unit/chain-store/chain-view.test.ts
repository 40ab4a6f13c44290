import { describe, expect, it } from 'vitest'
import type { ViewEvent } from '../../../src/chain-store/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import { TestAccount } from '../../support/account.js'
import { fixtureWith, richAccount, serveView } from '../../support/serving.js'
import { temporaryDirectory } from '../../support/temporary.js'

const poor = new TestAccount('poor')

describe('chain view', () => {
  it('follows a transaction from its lane to its seal', async () => {
    const chain = fixtureWith()
    const { view } = await serveView(chain)
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    const hash = transactionHash(transaction)
    expect(await view.transactionStatus(hash)).toMatchObject({ state: 'unknown', place: null })

    chain.publish(0, [transaction])
    const place = { feed: chain.lanes[0], lane: 0, sequence: 1, index: 0 }
    expect(await view.transactionStatus(hash)).toMatchObject({ state: 'received', replicated: false, place })
    chain.holders = chain.network.genesis.messagenodes.map(({ id }) => id)
    expect(await view.transactionStatus(hash)).toMatchObject({ state: 'received', replicated: true })

    const assembled = chain.assemble()
    expect(await view.transactionStatus(hash)).toMatchObject({ state: 'assembled', place })
    chain.decide(assembled)
    await view.settled()
    const committed = { state: 'committed', place, block: { height: 1, position: 0 } }
    expect(await view.transactionStatus(hash)).toMatchObject({
      ...committed,
      result: { outcome: 'executed', code: 0 },
    })
    chain.seal()
    await view.settled()
    expect(await view.transactionStatus(hash)).toMatchObject({ ...committed, state: 'sealed' })
  })

  it('names the reason of a failed transaction, which is sealed all the same', async () => {
    const chain = fixtureWith()
    const { view } = await serveView(chain)
    const transaction = poor.transfer(chain.network.chainId, richAccount().id, 5n, { nonce: 0n })
    chain.publish(2, [transaction])
    chain.decide()
    chain.seal()
    await view.settled()
    expect(await view.transactionStatus(transactionHash(transaction))).toMatchObject({
      state: 'sealed',
      result: { outcome: 'failed', name: 'insufficient-funds' },
    })
    expect(await view.block(1)).toMatchObject({ failed: 1, stage: 'sealed' })
  })

  it('lets the first copy speak for a transaction that stands in two lanes', async () => {
    const chain = fixtureWith()
    const { view } = await serveView(chain)
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    chain.publish(0, [transaction])
    chain.publish(1, [transaction])
    chain.decide()
    await view.settled()
    const status = await view.transactionStatus(transactionHash(transaction))
    expect(status).toMatchObject({ block: { position: 0 }, result: { outcome: 'executed' } })
    const { transactions } = await view.block(1)
    expect(transactions.map(({ result }) => result.name)).toEqual(['executed', 'duplicate'])
  })

  it('ignores transactions and proposals outside the feeds of their role', async () => {
    const chain = fixtureWith()
    const { view } = await serveView(chain)
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    chain.append(chain.network.registrar, { type: 'transaction', transactions: [transaction] })
    expect(await view.transactionStatus(transactionHash(transaction))).toMatchObject({ state: 'unknown' })

    chain.publish(0, [transaction])
    const { body } = chain.assemble()
    const stranger = await serveView(chain)
    chain.publish(1, [richAccount().record(chain.network.chainId, new Uint8Array(3), { nonce: 1n })])
    chain.append(chain.lanes[1] ?? chain.network.registrar, body)
    expect(await stranger.view.blockSteps(1)).toEqual([])
  })

  it('tells of events only once they can be read', async () => {
    const chain = fixtureWith()
    const { view } = await serveView(chain)
    const seen: string[] = []
    const states: Promise<string>[] = []
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    view.subscribe((event: ViewEvent) => {
      seen.push(event.kind === 'step' ? event.step.stage : event.kind)
      if (event.kind === 'executed')
        states.push(view.transactionStatus(transactionHash(transaction)).then(({ state }) => state))
    })
    chain.publish(0, [transaction])
    chain.decide()
    await view.settled()
    expect(await Promise.all(states)).toEqual(['committed'])
    chain.seal()
    await view.settled()
    expect(seen).toEqual(['received', 'assembled', 'precommitted', 'committed', 'executed', 'sealed'])
  })

  it('holds back a seal until its block is executed here', async () => {
    const chain = fixtureWith()
    chain.publish(0, [richAccount().transfer(chain.network.chainId, poor.id, 5n)])
    chain.decide()
    chain.seal()
    const { view } = await serveView(chain)
    const stages: string[] = []
    view.subscribe((event) => {
      if (event.kind === 'step') stages.push(event.step.stage)
    })
    const sealed = chain.history.filter(({ kind }) => kind === 'sealed')
    for (const event of [...sealed, ...chain.history]) chain.tell(event)
    await view.settled()
    expect(stages.filter((stage) => stage === 'committed' || stage === 'sealed')).toEqual([
      'committed',
      'sealed',
    ])
  })

  it('answers the same after a restart and a replay, also where the store lags', async () => {
    const directory = await temporaryDirectory()
    const chain = fixtureWith()
    const account = richAccount()
    const transactions = [1n, 2n, 3n, 4n].map((amount) =>
      account.transfer(chain.network.chainId, poor.id, amount),
    )
    const answers = async (view: Awaited<ReturnType<typeof serveView>>['view']) => ({
      statuses: await Promise.all(
        transactions.map((bytes) => view.transactionStatus(transactionHash(bytes))),
      ),
      blocks: await Promise.all([1, 2].map((height) => view.block(height, true))),
    })
    const first = await serveView(chain, undefined, directory)
    for (const [index, transaction] of transactions.entries()) {
      chain.publish(0, [transaction])
      if (index < 2) chain.decide()
    }
    chain.seal(1)
    chain.assemble()
    await first.view.settled()
    const before = await answers(first.view)
    expect(before.statuses.map(({ state }) => state)).toEqual([
      'sealed',
      'committed',
      'assembled',
      'assembled',
    ])
    await first.view.close()
    await first.store.close()

    const second = await serveView(chain, undefined, directory)
    const oldest = transactionHash(transactions[0] ?? new Uint8Array(0))
    expect((await second.view.transactionStatus(oldest)).state).toBe('sealed')
    chain.replay()
    await second.view.settled()
    expect(await answers(second.view)).toEqual(before)

    const fresh = await serveView(chain)
    const told = [...chain.history]
    for (const event of told) chain.tell(event)
    await fresh.view.settled()
    expect(await answers(fresh.view)).toEqual(before)
    expect([...second.faults, ...fresh.faults]).toEqual([])
  })

  it('refuses bytes that the feed no longer gives back', async () => {
    const chain = fixtureWith()
    const { view } = await serveView(chain)
    chain.publish(0, [richAccount().transfer(chain.network.chainId, poor.id, 5n)])
    chain.decide()
    await view.settled()
    expect((await view.block(1, true)).transactions[0]?.transaction).toMatch(/^[0-9a-f]+$/)
    chain.log.splice(0, 1)
    await expect(view.block(1, true)).rejects.toMatchObject({ code: 'data-pruned' })
    await expect(view.block(2)).rejects.toMatchObject({ code: 'block-unknown' })
  })

  it('reports a fault and stops writing when a certificate is missing', async () => {
    const chain = fixtureWith()
    const { view, store, faults } = await serveView(chain)
    chain.publish(0, [richAccount().transfer(chain.network.chainId, poor.id, 5n)])
    const assembled = chain.assemble()
    chain.decide(assembled)
    chain.log.splice(
      chain.log.findIndex(({ body }) => body.type === 'committed'),
      1,
    )
    await view.settled()
    expect(faults).toMatchObject([{ code: 'certificate-missing' }])
    chain.publish(0, [new Uint8Array(9)])
    chain.decide()
    await view.settled()
    expect(store.latestHeight).toBe(0)
    expect(faults).toHaveLength(1)
  })
})
