import { describe, expect, it } from 'vitest'
import type { AccountAnswer } from '../../../src/ledger/index.js'
import { storeLedger, verifyAccountProof } from '../../../src/ledger/index.js'
import { networkOf, verifyEd25519, wallet } from './support.js'

const ledger = storeLedger({ verify: verifyEd25519 })
const wallets = Array.from({ length: 20 }, (_, index) => wallet(`holder ${index}`))
const network = networkOf({ balances: wallets.map(({ account }, index) => [account, BigInt(index + 1)]) })
const state = ledger.genesis(network)
const root = ledger.root(state)

const holder = wallet('holder 4').account
const nobody = wallet('nobody').account

/** As a client sees it: through JSON. */
const ask = (account: string): AccountAnswer =>
  JSON.parse(JSON.stringify(ledger.query(state, `accounts/${account}`))) as AccountAnswer

describe('an answer', () => {
  it('proves a balance offline', () => {
    const answer = ask(holder)
    expect(answer).toMatchObject({ account: holder, balance: '5', nonce: '0' })
    expect(verifyAccountProof(root, holder, answer)).toBe(true)
  })

  it('proves that nothing reached an account', () => {
    const answer = ask(nobody)
    expect(answer).toMatchObject({ account: nobody, balance: '0', nonce: '0' })
    expect(verifyAccountProof(root, nobody, answer)).toBe(true)
  })

  const honest = ask(holder)
  const forgeries: readonly (readonly [string, unknown])[] = [
    ['more money', { ...honest, balance: '6' }],
    ['another nonce', { ...honest, nonce: '1' }],
    ['no money', { ...honest, balance: '0' }],
    ['another account', ask(wallet('holder 5').account)],
    ['the right numbers for another account', { ...honest, account: nobody }],
    ['a borrowed proof', { ...honest, proof: ask(nobody).proof }],
    ['another form of the number', { ...honest, balance: '05' }],
    ['a number past 64 bits', { ...honest, balance: '18446744073709551621' }],
    ['a JSON number', { ...honest, balance: 5 }],
    ['no proof', { ...honest, proof: undefined }],
    ['a sibling that is no hash', { ...honest, proof: { ...honest.proof, siblings: ['x'] } }],
    ['nothing', null],
    ['text', 'true'],
  ]

  it.each(forgeries)('with %s is refused', (_name, answer) => {
    expect(verifyAccountProof(root, holder, answer)).toBe(false)
  })

  it('that hides an existing account is refused', () => {
    const hidden = { ...ask(nobody), account: holder }
    expect(verifyAccountProof(root, holder, hidden)).toBe(false)
  })

  it('is void under another root', () => {
    const later = ledger.genesis(networkOf({ balances: [[holder, 5n]] }))
    expect(verifyAccountProof(ledger.root(later), holder, honest)).toBe(false)
  })
})

describe('a query', () => {
  it.each([
    '',
    'accounts',
    'accounts/',
    'accounts/xyz',
    `accounts/${holder}/more`,
    `accounts/${holder.toUpperCase()}`,
    'supplies',
  ])('for "%s" has no answer', (path) => {
    expect(ledger.query(state, path)).toBeNull()
  })

  it('for the supply has one', () => {
    expect(ledger.query(state, 'supply')).toEqual({ supply: '210', fees: '0' })
  })
})
