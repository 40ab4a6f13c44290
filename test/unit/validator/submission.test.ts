import { describe, expect, it } from 'vitest'
import { transactionHash } from '../../../src/ledger/index.js'
import { TestAccount } from '../../support/account.js'
import { fixtureWith, richAccount, serveValidator } from '../../support/serving.js'
import { temporaryDirectory } from '../../support/temporary.js'

const poor = new TestAccount('poor')

const published = (chain: ReturnType<typeof fixtureWith>) =>
  chain.log.flatMap(({ body }) => (body.type === 'transaction' ? body.transactions.map(transactionHash) : []))

describe('submission', () => {
  it('acknowledges a transaction once it stands durably in the own lane', async () => {
    const { chain, service } = await serveValidator()
    const durable: string[] = []
    chain.beforePublish = async () => void durable.push('durable')
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    const answer = await service.submit(transaction)
    expect(durable).toEqual(['durable'])
    expect(answer).toMatchObject({
      hash: transactionHash(transaction),
      state: 'received',
      replicated: false,
      known: false,
      place: { feed: chain.lanes[0], lane: 0, sequence: 1, index: 0 },
    })
  })

  it('takes one nonce after the other without waiting for blocks, and money that is still on its way', async () => {
    const { chain, service } = await serveValidator()
    const rich = richAccount()
    const { chainId } = chain.network
    const receiver = new TestAccount('receiver')
    const chained = [
      rich.transfer(chainId, receiver.id, 50n),
      rich.transfer(chainId, poor.id, 7n),
      receiver.transfer(chainId, poor.id, 40n),
    ]
    await Promise.all(chained.map((transaction) => service.submit(transaction)))
    expect(published(chain)).toEqual(chained.map(transactionHash))
    chain.decide()
    expect(
      chain.history.flatMap((event) => (event.kind === 'executed' ? [...event.block.codes] : [])),
    ).toEqual([0, 0, 0])
    await expect(service.submit(receiver.transfer(chainId, poor.id, 10n))).rejects.toMatchObject({
      code: 'transaction-refused',
      data: { name: 'insufficient-funds' },
    })
  })

  it('publishes a transaction once, however often it is sent', async () => {
    const { chain, service, view } = await serveValidator()
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    const known = async () => {
      const answer = await service.submit(transaction)
      return [answer.known, answer.state]
    }
    expect(await Promise.all([known(), known()])).toEqual([
      [false, 'received'],
      [true, 'received'],
    ])
    expect(await known()).toEqual([true, 'received'])
    chain.decide()
    await view.settled()
    expect(await known()).toEqual([true, 'committed'])
    chain.seal()
    await view.settled()
    expect(await known()).toEqual([true, 'sealed'])
    expect(published(chain)).toHaveLength(1)
  })

  it('knows what another validator published', async () => {
    const { chain, service } = await serveValidator()
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    chain.publish(2, [transaction])
    expect(await service.submit(transaction)).toMatchObject({ known: true, place: { lane: 2 } })
    expect(published(chain)).toHaveLength(1)
  })

  it('says overloaded beyond its bounds, by count and by bytes, until a block makes room', async () => {
    for (const pending of [{ transactions: 2 }, { bytes: 400 }]) {
      const { chain, service } = await serveValidator(fixtureWith(), { pending })
      const rich = richAccount()
      const [first, second, third] = [1n, 2n, 3n].map((amount) =>
        rich.transfer(chain.network.chainId, poor.id, amount),
      )
      if (!first || !second || !third) throw new RangeError('three transactions')
      await service.submit(first)
      await service.submit(second)
      await expect(service.submit(third)).rejects.toMatchObject({
        code: 'overloaded',
        data: { retryAfterSeconds: 1 },
      })
      expect(await service.submit(second)).toMatchObject({ known: true })
      chain.decide()
      expect(await service.submit(third)).toMatchObject({ known: false })
      const fourth = rich.transfer(chain.network.chainId, poor.id, 4n)
      expect(await service.submit(fourth)).toMatchObject({ known: false })
    }
  })

  it('sees what another lane brought, once its block is executed', async () => {
    const { chain, service } = await serveValidator()
    const rich = richAccount()
    const { chainId } = chain.network
    await service.submit(rich.transfer(chainId, rich.id, 1n))
    const spend = poor.transfer(chainId, rich.id, 3n, { nonce: 0n })
    const poorStill = { code: 'transaction-refused', data: { name: 'insufficient-funds' } }
    chain.publish(1, [rich.transfer(chainId, poor.id, 5n)])
    await expect(service.submit(spend)).rejects.toMatchObject(poorStill)
    chain.decide()
    expect(await service.submit(spend)).toMatchObject({ known: false })
  })

  it('goes on accepting while cut off from everyone', async () => {
    const { chain, service } = await serveValidator()
    chain.core = { ...chain.core, peers: 0 }
    const rich = richAccount()
    const transactions = Array.from({ length: 100 }, (_, index) =>
      rich.transfer(chain.network.chainId, poor.id, BigInt(index + 1)),
    )
    await Promise.all(transactions.map((transaction) => service.submit(transaction)))
    expect(published(chain)).toEqual(transactions.map(transactionHash))
  })

  it('publishes nothing before the node may, nor after it halted', async () => {
    const { chain, service } = await serveValidator()
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    chain.core = { ...chain.core, started: false }
    await expect(service.submit(transaction)).rejects.toMatchObject({ code: 'not-ready' })
    chain.core = { ...chain.core, started: true, halted: 'diverged' }
    await expect(service.submit(transaction)).rejects.toMatchObject({ code: 'halted' })
    expect(published(chain)).toEqual([])
  })

  it('forgets what could not be made durable, so that its nonce is free again', async () => {
    const { chain, service } = await serveValidator()
    chain.beforePublish = () => Promise.reject(new Error('disk full'))
    const transaction = richAccount().transfer(chain.network.chainId, poor.id, 5n)
    await expect(service.submit(transaction)).rejects.toMatchObject({ code: 'publish-failed' })
    chain.beforePublish = async () => {}
    expect(await service.submit(transaction)).toMatchObject({ known: false, state: 'received' })
  })

  it.each([
    ['from the first message on', () => true],
    ['from a checkpoint, where no effect of older blocks is told', (kind: string) => kind === 'messages'],
  ])('takes up after a restart what waits in its lane: replay %s', async (_what, isTold) => {
    const directory = await temporaryDirectory()
    const chain = fixtureWith()
    const rich = richAccount()
    const { chainId } = chain.network
    const [first, second, third] = [1n, 2n, 3n].map((amount) => rich.transfer(chainId, poor.id, amount))
    if (!first || !second || !third) throw new RangeError('three transactions')
    const before = await serveValidator(chain, {}, directory)
    await before.service.submit(first)
    chain.decide()
    await before.service.submit(second)
    await before.view.settled()
    await before.service.close()
    await before.view.close()
    await before.store.close()

    const after = await serveValidator(chain, { pending: { transactions: 2 } }, directory)
    for (const event of [...chain.history]) if (isTold(event.kind)) chain.tell(event)
    await after.view.settled()
    expect(await after.service.submit(second)).toMatchObject({ known: true, state: 'received' })
    expect(await after.service.submit(third)).toMatchObject({ known: false })
    await expect(after.service.submit(rich.transfer(chainId, poor.id, 4n))).rejects.toMatchObject({
      code: 'overloaded',
    })
    expect(published(chain)).toEqual([first, second, third].map(transactionHash))
  })
})
