import { describe, expect, it } from 'vitest'
import { checkAccountProof, checkTransactionProof } from '../../../src/client/index.js'
import { transactionHash } from '../../../src/ledger/index.js'
import type { StateProof, TransactionProof } from '../../../src/protocol/index.js'
import { TestAccount } from '../../support/account.js'
import { fixtureWith, richAccount, serveMessagenode } from '../../support/serving.js'

const poor = new TestAccount('poor')
const OTHER = 'ab'.repeat(32)

/** Two sealed blocks of several transactions, and proofs about the first. */
const proofs = async () => {
  const chain = fixtureWith()
  const { view, service } = await serveMessagenode(chain)
  const { chainId } = chain.network
  const rich = richAccount()
  const all = [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((amount) => rich.transfer(chainId, poor.id, amount))
  const failing = poor.transfer(chainId, rich.id, 5n, { nonce: 7n })
  chain.publish(0, all.slice(0, 3))
  chain.publish(2, [failing])
  chain.decide()
  chain.seal()
  await view.settled()
  const get = async <Proof>(url: string): Promise<Proof> =>
    (await service.server.inject({ url })).json<Proof>()
  const transaction = (bytes: Uint8Array) =>
    get<TransactionProof>(`/v1/proofs/transactions/${transactionHash(bytes)}`)
  const first = await Promise.all([...all.slice(0, 3), failing].map(transaction))
  const account = await get<StateProof>(`/v1/proofs/accounts/${poor.id}`)
  chain.publish(1, all.slice(3))
  chain.decide()
  chain.seal()
  await view.settled()
  const [second] = await Promise.all([transaction(all[3] ?? failing)])
  const [one, two, three, failed] = first
  if (!one || !two || !three || !failed || !second) throw new RangeError('five proofs')
  return { network: chain.network, one, two, failed, second, account }
}

describe('transaction proof', () => {
  it('holds at every position', async () => {
    const { network, one, two, failed, second } = await proofs()
    for (const proof of [one, two, second]) {
      expect(await checkTransactionProof(network, proof)).toMatchObject({ verdict: 'accept', code: 0 })
    }
    expect(await checkTransactionProof(network, failed)).toMatchObject({
      verdict: 'accept',
      code: 8,
      height: 1,
    })
  })

  it('is refused once anything in it is changed', async () => {
    const { network, one, two, failed, second } = await proofs()
    const flipped = `${one.transaction.slice(0, -2)}${one.transaction.endsWith('00') ? '01' : '00'}`
    const cases: readonly (readonly [string, unknown, string])[] = [
      ['another chain', { ...one, chainId: OTHER }, 'wrong-chain'],
      ['another epoch', { ...one, header: { ...one.header, epoch: 3 } }, 'unknown-epoch'],
      ['another parent', { ...one, header: { ...one.header, parent: OTHER } }, 'wrong-block'],
      ['another slot', { ...one, header: { ...one.header, slot: OTHER } }, 'wrong-block'],
      ['another count', { ...one, header: { ...one.header, txCount: 9 } }, 'wrong-block'],
      ['another height', { ...one, header: { ...one.header, height: 2 } }, 'wrong-block'],
      ['other results', { ...one, header: { ...one.header, xRoot: OTHER } }, 'wrong-seal'],
      ['the seal of another block', { ...one, sealed: second.sealed }, 'wrong-seal'],
      ['another state root', { ...one, sealed: { ...one.sealed, stateRoot: OTHER } }, 'bad-signature'],
      ['other bytes', { ...one, transaction: flipped }, 'not-in-block'],
      ['another place', { ...one, place: { ...one.place, index: 1 } }, 'not-in-block'],
      ['another lane', { ...one, place: { ...one.place, lane: 1 } }, 'not-in-block'],
      ['another position', { ...one, position: 1 }, 'not-in-block'],
      ['a position beyond', { ...one, position: 4 }, 'not-in-block'],
      ['another path', { ...one, transactionPath: two.transactionPath }, 'not-in-block'],
      ['a longer path', { ...one, transactionPath: [...one.transactionPath, OTHER] }, 'not-in-block'],
      ['a failure called success', { ...failed, code: 0 }, 'wrong-result'],
      ['a success called failure', { ...one, code: 8 }, 'wrong-result'],
      ['another result path', { ...one, resultPath: two.resultPath }, 'wrong-result'],
      ['two signers', { ...one, sealed: signedBy(one, 2) }, 'below-quorum'],
      ['one signer thrice', { ...one, sealed: { ...one.sealed, signers: [0, 0, 0] } }, 'duplicate-signer'],
      ['other signers', { ...one, sealed: { ...one.sealed, signers: [0, 1, 3] } }, 'wrong-root'],
      ['a signer that is none', { ...one, sealed: { ...one.sealed, signers: [0, 1, 9] } }, 'unknown-signer'],
      ['fewer signatures', { ...one, sealed: { ...one.sealed, signatures: [] } }, 'signature-count'],
    ]
    for (const [what, proof, code] of cases)
      expect(await checkTransactionProof(network, proof), what).toMatchObject({ verdict: 'reject', code })
  })

  it('is malformed whatever else it is, without an exception', async () => {
    const { network, one } = await proofs()
    const malformed: readonly unknown[] = [
      null,
      7,
      'proof',
      [],
      {},
      { ...one, type: 'state-proof' },
      { ...one, version: 2 },
      { ...one, transaction: '' },
      { ...one, transaction: 'xy' },
      { ...one, place: { ...one.place, lane: 70_000 } },
      { ...one, position: -1 },
      { ...one, code: 256 },
      { ...one, transactionPath: ['ab'] },
      { ...one, header: { ...one.header, height: 2 ** 53 } },
      { ...one, sealed: { ...one.sealed, stage: 'committed' } },
      { ...one, sealed: { ...one.sealed, round: 1 } },
      { ...one, sealed: { ...one.sealed, signatures: ['AAAA', 'AAAA', 'AAAA'] } },
    ]
    for (const proof of malformed)
      expect(await checkTransactionProof(network, proof)).toMatchObject({ code: 'malformed-proof' })
  })
})

const signedBy = ({ sealed }: TransactionProof, count: number): TransactionProof['sealed'] => ({
  ...sealed,
  signers: sealed.signers.slice(0, count),
  signatures: sealed.signatures.slice(0, count),
})

describe('account proof', () => {
  it('is refused for another account, another balance and another state', async () => {
    const { network, account, second } = await proofs()
    const answer = account.answer as Record<string, unknown>
    expect(await checkAccountProof(network, poor.id, account)).toMatchObject({ account: { balance: '6' } })
    const cases: readonly (readonly [string, unknown, string])[] = [
      [richAccount().id, account, 'wrong-account'],
      [poor.id, { ...account, answer: { ...answer, balance: '60' } }, 'wrong-account'],
      [poor.id, { ...account, answer: null }, 'wrong-account'],
      [poor.id, { ...account, path: `accounts/${OTHER}` }, 'wrong-account'],
      [poor.id, { ...account, header: second.header, sealed: second.sealed }, 'wrong-state-root'],
      [poor.id, { ...account, roots: { ...account.roots, application: OTHER } }, 'wrong-state-root'],
      [poor.id, { ...account, roots: { ...account.roots, registry: OTHER } }, 'wrong-state-root'],
      [poor.id, { ...account, roots: undefined }, 'malformed-proof'],
      [poor.id, { ...account, sealed: { ...account.sealed, stateRoot: OTHER } }, 'bad-signature'],
      [poor.id, { ...account, chainId: OTHER }, 'wrong-chain'],
      [poor.id, { ...account, header: {} }, 'malformed-proof'],
    ]
    for (const [id, proof, code] of cases)
      expect(await checkAccountProof(network, id, proof)).toMatchObject({ verdict: 'reject', code })
  })
})
