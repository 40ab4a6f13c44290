import { describe, expect, it } from 'vitest'
import { checkAccountProof, checkTransactionProof } from '../../../src/client/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import { toHex } from '../../../src/util/index.js'
import { TestAccount } from '../../support/account.js'
import { fixtureWith, richAccount, serveMessagenode } from '../../support/serving.js'

const poor = new TestAccount('poor')

/** A Messagenode with one sealed block: an executed transaction in lane 0, a failed one in lane 1. */
const withSealedBlock = async () => {
  const node = await serveMessagenode()
  const { chain, view } = node
  const { chainId } = chain.network
  const executed = richAccount().transfer(chainId, poor.id, 5n)
  const failed = poor.transfer(chainId, richAccount().id, 500n, { nonce: 0n })
  chain.publish(0, [executed])
  chain.publish(1, [failed])
  chain.decide()
  chain.seal()
  await view.settled()
  const get = async (url: string) => {
    const response = await node.service.server.inject({ url })
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() }
  }
  return { ...node, get, executed, failed }
}

describe('Messagenode API', () => {
  it('proves an executed and a failed transaction to whoever has the network file', async () => {
    const { chain, get, executed, failed } = await withSealedBlock()
    for (const [bytes, code] of [
      [executed, 0],
      [failed, 10],
    ] as const) {
      const { status, body } = await get(`/v1/proofs/transactions/${transactionHash(bytes)}`)
      expect(status).toBe(200)
      expect(body).toMatchObject({ type: 'transaction-proof', transaction: toHex(bytes) })
      expect(await checkTransactionProof(chain.network, body)).toMatchObject({
        verdict: 'accept',
        hash: transactionHash(bytes),
        height: 1,
        code,
        signers: [0, 1, 2],
      })
    }
  })

  it('proves what an account held at the newest seal, and not what came after', async () => {
    const { chain, view, get } = await withSealedBlock()
    const spender = richAccount()
    spender.nonce = 1n
    chain.publish(0, [spender.transfer(chain.network.chainId, poor.id, 100n)])
    chain.decide()
    await view.settled()
    const url = `/v1/proofs/accounts/${poor.id}`
    const before = await checkAccountProof(chain.network, poor.id, (await get(url)).body)
    expect(before).toMatchObject({ verdict: 'accept', height: 1, account: { balance: '5', nonce: '0' } })
    chain.seal()
    await view.settled()
    const after = await checkAccountProof(chain.network, poor.id, (await get(url)).body)
    expect(after).toMatchObject({ verdict: 'accept', height: 2, account: { balance: '105' } })
  })

  it('proves that an account does not exist', async () => {
    const { chain, get } = await withSealedBlock()
    const nobody = new TestAccount('nobody').id
    const { body } = await get(`/v1/proofs/accounts/${nobody}`)
    expect(await checkAccountProof(chain.network, nobody, body)).toMatchObject({
      verdict: 'accept',
      account: { balance: '0', nonce: '0' },
    })
  })

  it('serves both certificates of a height, blocks and transactions', async () => {
    const { get, executed } = await withSealedBlock()
    for (const stage of ['committed', 'sealed']) {
      expect(await get(`/v1/certificates/${stage}/1`)).toMatchObject({
        status: 200,
        body: { stage, height: 1, signers: [0, 1, 2] },
      })
    }
    expect((await get('/v1/blocks/latest')).body).toMatchObject({ stage: 'sealed', failed: 1 })
    expect((await get(`/v1/transactions/${transactionHash(executed)}`)).body).toMatchObject({
      state: 'sealed',
    })
    expect((await get('/v1/status')).body).toMatchObject({ node: { kind: 'messagenode' }, sealedHeight: 1 })
  })

  it('gives the same proofs after a restart, from a replay', async () => {
    const { chain, get } = await withSealedBlock()
    const url = `/v1/proofs/accounts/${poor.id}`
    const told = [...chain.history]
    const fresh = await serveMessagenode(chain)
    for (const event of told) chain.tell(event)
    await fresh.view.settled()
    const response = await fresh.service.server.inject({ url })
    expect(response.json()).toEqual((await get(url)).body)
  })

  it('refuses by code what it cannot prove', async () => {
    const { chain, view, get } = await withSealedBlock()
    const next = richAccount().record(chain.network.chainId, new Uint8Array(3), { nonce: 1n })
    const proof = `/v1/proofs/transactions/${transactionHash(next)}`
    expect(await get(proof)).toMatchObject({ status: 404, body: { error: { code: 'transaction-unknown' } } })
    chain.publish(0, [next])
    expect(await get(proof)).toMatchObject({ status: 409, body: { error: { code: 'not-sealed' } } })
    chain.decide()
    await view.settled()
    expect(await get(proof)).toMatchObject({ status: 409, body: { error: { code: 'not-sealed' } } })
    chain.seal()
    await view.settled()
    chain.log.splice(
      chain.log.findIndex(({ body }) => body.type === 'transaction' && body.transactions[0] === next),
      1,
    )
    expect(await get(proof)).toMatchObject({ status: 410, body: { error: { code: 'data-pruned' } } })
    const refused = [
      ['/v1/proofs/transactions/xyz', 400, 'malformed-hash'],
      ['/v1/proofs/accounts/xyz', 400, 'malformed-account'],
      ['/v1/certificates/precommitted/1', 400, 'malformed-stage'],
      ['/v1/certificates/sealed/first', 400, 'malformed-height'],
      ['/v1/certificates/sealed/9', 404, 'certificate-unknown'],
      ['/v1/accounts/me', 404, 'route-unknown'],
    ] as const
    for (const [url, status, code] of refused)
      expect(await get(url)).toMatchObject({ status, body: { error: { code } } })
  })

  it('has no account to prove before the first seal', async () => {
    const chain = fixtureWith()
    const { service } = await serveMessagenode(chain)
    const response = await service.server.inject({ url: `/v1/proofs/accounts/${poor.id}` })
    expect(response.json()).toMatchObject({ error: { code: 'not-sealed' } })
  })
})
