import { describe, expect, it } from 'vitest'
import {
  acceptTransaction,
  coinsSpentBy,
  destinationKey,
  listChangesOf,
  PolicyLists,
  type PolicyRules,
  refusalText,
} from '../../../../src/ocean/chain/index.js'
import { bytesOfHex, decodeTransaction, type Transaction } from '../../../../src/ocean/codec/index.js'
import { decodeAddress } from '../../../../src/ocean/keys/index.js'
import { recordedCoins } from '../../../support/ocean/inferred-coins.js'
import { recordedGenesis } from '../../../support/ocean/recorded-chain.js'
import { recordedTransactions } from '../../../support/ocean/recorded-outputs.js'
import { type RecordedCall, recordingOf } from '../../../support/ocean/recordings.js'

/**
 * Every recorded `sendrawtransaction` and list query, answered in order by nodes with the recorded rules. Most blocks
 * in between were not recorded: a transaction counts as mined at the next query that does not say "before mining".
 */
const { parameters } = recordedGenesis
const keyOf = (address: unknown) => destinationKey(decodeAddress(String(address), parameters.prefixes))

const enforcing: PolicyRules = {
  pkhWhitelist: true,
  freezeList: true,
  burnList: true,
  issuanceBlock: true,
  frozenInputs: 'all',
}
const open: PolicyRules = {
  ...enforcing,
  pkhWhitelist: false,
  freezeList: false,
  burnList: false,
  issuanceBlock: false,
}

type NodeName = 'node0' | 'node1' | 'node2'
type ListName = 'whitelist' | 'freezelist' | 'burnlist'

const lists = { node0: new PolicyLists(), node1: new PolicyLists(), node2: new PolicyLists() }
const followers = [lists.node0, lists.node1]
const unmined: Transaction[] = []

const mine = (): void => {
  for (const transaction of unmined.splice(0)) {
    const coins = coinsSpentBy(transaction, recordedCoins)
    if (coins) for (const list of followers) list.apply(listChangesOf(transaction, coins, parameters))
  }
}

const dump = recordingOf('04a-policy-whitelist').find(({ note }) => note === 'file written by dumpwhitelist')
const dumped = String((dump as { content?: string } | undefined)?.content)
  .split('\n')
  .map((line) => line.split(' ')[0] ?? '')
  .filter((word) => /^(?:2d|X)/.test(word))

const ONBOARDED = [
  '2dfjoEYwTMwV16sseDwxJCxauvdwTXQ9fd8',
  '2dmPb91n2EHtwGNqG353HrsaMZYbsUVqpfi',
  'XSpn54pgp1aZyeB7URuARhXh6UyPpXAx2A',
]
const REDEEMER = '2dkGCg7vNyG4fxLJoULPmVYpTCpBvp5nE7J'

const listDumped = (): void => {
  for (const { whitelist } of followers) for (const address of dumped) whitelist.add(keyOf(address))
}

/** What must have happened between recorded calls without being recorded, as the calls after it show. */
const unrecorded = (call: RecordedCall): void => {
  if (call === dump) listDumped()
  if (call.note === 'before any KYC pubkey is on chain') {
    for (const { whitelist } of followers) for (const address of ONBOARDED) whitelist.remove(keyOf(address))
  }
  if (call.note?.startsWith('issuance controller')) listDumped()
  if (call.method === 'onboarduser' || call.method === 'blacklistuser') {
    unmined.push(...[recordedTransactions.get(String(call.result))].filter((found) => found !== undefined))
  }
  const showsRedeemer =
    call.method === 'queryfreezelist' && call.params?.[0] === REDEEMER && call.result === true
  const saysRedeemer = call.note?.startsWith('R is frozen') === true
  if (showsRedeemer || saysRedeemer) for (const { freezelist } of followers) freezelist.add(keyOf(REDEEMER))
}

const EDIT = /^(addto|addmultito|removefrom|clear)(whitelist|freezelist|burnlist)$/

const edit = ({ node, method, params, error }: RecordedCall): void => {
  const [, verb, name] = EDIT.exec(method ?? '') ?? []
  if (!verb || error) return
  const list = lists[node as NodeName][name as ListName]
  if (verb === 'clear') list.clear()
  else if (verb === 'removefrom') list.remove(keyOf(params?.[0]))
  else list.add(keyOf(params?.[0]))
}

const answer = ({ node, params }: RecordedCall): string | undefined => {
  const transaction = decodeTransaction(bytesOfHex(String(params?.[0])))
  const acceptance = acceptTransaction({
    transaction,
    view: recordedCoins,
    lists: lists[node as NodeName],
    rules: node === 'node2' ? open : enforcing,
    parameters,
    height: 200,
    medianTime: 0,
  })
  if (acceptance.verdict === 'refused') return refusalText(acceptance.refusal)
  if (acceptance.verdict === 'missing-inputs') return 'Missing inputs'
  unmined.push(transaction)
  return undefined
}

/** Refusals that depend on what else is in the mempool or was mined: the shell's to give. */
const OF_THE_MEMPOOL = /^(?:18|66|256|257):/

const calls = (
  [
    '04a-policy-whitelist',
    '03-asset-issuance',
    '04b-policy-freezelist',
    '04c-policy-burnlist',
    '05-guardnode-requests',
  ] as const
).flatMap(recordingOf)

/** A coin that no recorded call shows: the change of a bid, spent once and refused. */
const UNKNOWN_COIN = 'f740d05ed4151085708093fc6837d0f52780e0d2ef3a89af5f98018fdbac7d07'
const unanswerable: RecordedCall[] = []

const spendsUnknown = ({ params }: RecordedCall): boolean =>
  decodeTransaction(bytesOfHex(String(params?.[0]))).inputs.some(
    ({ previous }) => previous.txid === UNKNOWN_COIN,
  )

const sent: [string, string | undefined, string | undefined][] = []
const queried: [string, boolean, unknown][] = []

for (const call of calls) {
  const [, queriedList] = /^query(whitelist|freezelist|burnlist)$/.exec(call.method ?? '') ?? []
  if (queriedList && call.note !== 'before mining') mine()
  unrecorded(call)
  edit(call)
  const title = `${call.node} ${call.method} ${String(call.params?.[0]).slice(0, 40)}: ${call.note ?? ''}`
  if (queriedList && !call.error) {
    const list = lists[call.node as NodeName][queriedList as ListName]
    queried.push([title, list.has(keyOf(call.params?.[0])), call.result])
  }
  const isSend = call.method === 'sendrawtransaction' && (!call.error || call.error.code === -26)
  if (isSend && !OF_THE_MEMPOOL.test(call.error?.message ?? '')) {
    if (spendsUnknown(call)) unanswerable.push(call)
    else sent.push([title, answer(call), call.error?.message])
  }
}

describe('transactions sent to the recorded nodes', () => {
  it('are many, and many of them refused', () => {
    expect([sent.length, sent.filter(([, , message]) => message).length]).toEqual([45, 17])
    expect(unanswerable.length).toBe(1)
  })

  it.each(sent)('%s', (_, given, recorded) => {
    expect(given).toBe(recorded)
  })
})

describe('lists of the recorded nodes', () => {
  it('were queried often', () => {
    expect(queried.length).toBeGreaterThan(45)
  })

  it.each(queried)('%s', (_, given, recorded) => {
    expect(given).toBe(recorded)
  })
})
