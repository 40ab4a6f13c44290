import { describe, expect, it } from 'vitest'
import {
  blockDigest,
  bytesOfHex,
  decodeBlock,
  decodeTransaction,
  isCoinbase,
  type Transaction,
} from '../../../../src/ocean/codec/index.js'
import {
  BLOCK_PROOF_FLAGS,
  CONSENSUS_FLAGS,
  digestContext,
  FAILURES,
  inputContext,
  STANDARD_FLAGS,
  verifyScript,
} from '../../../../src/ocean/interpreter/index.js'
import { recordedOutput, recordedTransactions } from '../../../support/ocean/recorded-outputs.js'
import { acceptedBlocks, allCalls } from '../../../support/ocean/recordings.js'

const verifyInput = (transaction: Transaction, index: number, flags = STANDARD_FLAGS) => {
  const input = transaction.inputs[index]
  const spent = input && recordedOutput(input.previous)
  if (!spent) return 'unknown output'
  return verifyScript({
    unlocking: input.script,
    locking: spent.script,
    flags,
    context: inputContext(transaction, index),
  })
}

const genesisIds = new Set(
  decodeBlock(bytesOfHex(String(acceptedBlocks().get(0)))).transactions.map((transaction) => transaction),
)
const sentHex = new Set(
  allCalls.flatMap(({ method, params, result }) =>
    method === 'sendrawtransaction' && typeof result === 'string' ? [String(params?.[0])] : [],
  ),
)

describe('spends the nodes accepted', () => {
  const mined = [...recordedTransactions].filter(
    ([, transaction]) =>
      !isCoinbase(transaction) && transaction.inputs.some(({ script }) => script.length > 0),
  )

  it('are many', () => {
    expect(mined.length).toBeGreaterThan(30)
    expect(genesisIds.size).toBe(8)
    expect(sentHex.size).toBeGreaterThan(25)
  })

  it.each(mined)('of %s hold by the rules of relay and of consensus', (_, transaction) => {
    transaction.inputs.forEach((input, index) => {
      if (!recordedOutput(input.previous)) return
      expect(verifyInput(transaction, index)).toBeUndefined()
      expect(verifyInput(transaction, index, CONSENSUS_FLAGS)).toBeUndefined()
    })
  })

  it('have nearly all of their outputs recorded', () => {
    const inputs = mined.flatMap(([, { inputs: spent }]) => spent)
    const known = inputs.filter(({ previous }) => recordedOutput(previous))
    expect([known.length, inputs.length]).toEqual([35, 40])
  })
})

describe('spends the nodes refused for a script', () => {
  const refused = allCalls.filter(({ error }) => /script-verify-flag-failed/.test(error?.message ?? ''))

  it('are some', () => {
    expect(refused.length).toBeGreaterThan(0)
  })

  it.each(refused.map((call) => [call.note ?? call.error?.message, call] as const))(
    'for the same reason: %s',
    (_, call) => {
      const transaction = decodeTransaction(bytesOfHex(String(call.params?.[0])))
      const failure = transaction.inputs
        .map((_, index) => verifyInput(transaction, index))
        .find((found) => found)
      expect(failure).toBeDefined()
      expect(call.error?.message).toContain(`(${FAILURES[failure as keyof typeof FAILURES]})`)
    },
  )
})

describe('block solutions', () => {
  it.each([...acceptedBlocks()].filter(([height]) => height > 0))('of height %i hold', (_, hex) => {
    const { header } = decodeBlock(bytesOfHex(hex))
    expect(
      verifyScript({
        unlocking: header.solution,
        locking: header.challenge,
        flags: BLOCK_PROOF_FLAGS,
        context: digestContext(blockDigest(header)),
      }),
    ).toBeUndefined()
  })

  const refused = allCalls.filter(
    ({ method, result }) => method === 'submitblock' && result === 'block-proof-invalid',
  )

  it.each(refused.map((call) => [call.note, call] as const))('do not hold: %s', (_, call) => {
    const { header } = decodeBlock(bytesOfHex(String(call.params?.[0])))
    expect(
      verifyScript({
        unlocking: header.solution,
        locking: header.challenge,
        flags: BLOCK_PROOF_FLAGS,
        context: digestContext(blockDigest(header)),
      }),
    ).toBeDefined()
  })
})
