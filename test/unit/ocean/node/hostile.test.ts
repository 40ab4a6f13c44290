import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { integer, type Json, JsonNumber, readJson, writeJson } from '../../../../src/ocean/json/index.js'
import { isAnswered, NODE_CALLS } from '../../../../src/ocean/node/index.js'
import { COMMANDS } from '../../../../src/ocean/rpc/index.js'
import { type Embedded, embedded } from '../../../support/ocean/embedded.js'
import { recordedKeyFile, recordedKeys } from '../../../support/ocean/recordings.js'

/** Whatever callers send, they get a result or a coded refusal, and the node goes on. */

const TXID = 'b14817ab17e2ec87567e7685a4af7149a7338381316e4bfa4e42faaa98b677cf'
const ADDRESS = recordedKeys[0]?.addr ?? ''
const KEY = recordedKeys[0]?.pub ?? ''
const huge = new JsonNumber('99999999999999999999')
const nine = new JsonNumber('1.123456789')

/** Values that are right somewhere, nearly right, or never. */
const WORDS: readonly string[] = [
  ...['', '*', 'CBT', 'FREEZELIST', 'nonsense', '0', '1', '-1', '1e9', '1.123456789', '21000001', 'zz', '00'],
  ...[
    '0'.repeat(64),
    'f'.repeat(63),
    TXID,
    ADDRESS,
    recordedKeyFile.issue_addr,
    KEY,
    'ALL',
    '\u0000',
    '../x',
  ],
  ...[
    recordedKeyFile.issue_redeem_script,
    '02000000000000000000',
    'ff'.repeat(5000),
    recordedKeys[1]?.wif ?? '',
  ],
  '0200000000ffffffffffffffffff',
]

const word = fc.constantFrom(...WORDS)
const leaf: fc.Arbitrary<Json> = fc.oneof(
  word,
  fc.constantFrom<Json>(null, true, false, integer(0), integer(1), integer(-1), huge, nine),
  fc.constantFrom<Json>(new JsonNumber('1e400'), new JsonNumber('4294967296'), integer(9999999)),
  fc.string({ maxLength: 20 }),
)
const name = fc.constantFrom(
  ...['txid', 'vout', 'scriptPubKey', 'redeemScript', 'address', 'pubkey', 'value', 'userkey', 'sequence'],
  ...['fee', 'data', 'vdata', '__proto__', ADDRESS],
)
const nested = (member: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof(
    leaf,
    fc.array(member, { maxLength: 3 }),
    fc.dictionary(name, member, { maxKeys: 5, noNullPrototype: false }),
  )
const value = nested(nested(nested(leaf)))

/** Stops a node, or writes where it is told to. */
const APART = ['stop', 'dumpderivedkeys', 'dumpwhitelist']
const names = Object.keys(NODE_CALLS).filter((method) => !APART.includes(method))

describe('hostile parameters', () => {
  let directory: string
  let on: Embedded

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ocean-hostile-'))
    on = await embedded(0, directory)
    await on.call('importprivkey', recordedKeys.find((key) => key.name === 'freecoins')?.wif ?? '', '', true)
  }, 60_000)

  afterAll(async () => {
    await on.node.close()
    await rm(directory, { recursive: true, force: true })
  })

  const isCoded = async (method: string, params: readonly Json[]): Promise<void> => {
    // A fault of our own makes the call throw.
    const outcome = await on.ask(method, params)
    expect(outcome).not.toMatchObject({ code: { text: '-32603' } })
  }

  it('can be sent to every command of the table', () => {
    expect([...COMMANDS.keys()].filter((method) => !isAnswered(method))).toEqual([])
  })

  it('are refused with a code by every call, whatever they are', async () => {
    const call = fc.constantFrom(...names).chain((method) => {
      const [fewest, most] = COMMANDS.get(method)?.takes ?? [0, 0]
      return fc.tuple(fc.constant(method), fc.array(value, { minLength: fewest, maxLength: most }))
    })
    await fc.assert(
      fc.asyncProperty(call, ([method, params]) => isCoded(method, params)),
      { numRuns: 1500 },
    )
    expect(await on.call('getblockcount')).toEqual(integer(0))
  }, 120_000)

  it.each([
    [
      'createrawtransaction',
      [[{ txid: TXID, vout: integer(0) }], { [ADDRESS]: nine }],
      '-3',
      'Invalid amount',
    ],
    [
      'createrawtransaction',
      [[{ txid: TXID, vout: integer(-1) }], {}],
      '-8',
      'Invalid parameter, vout must be positive',
    ],
    ['createrawtransaction', [[{ txid: TXID }], {}], '-8', 'Invalid parameter, missing vout key'],
    ['createrawtransaction', [{}, {}], '-3', 'Expected type array, got object'],
    ['sendtoaddress', [ADDRESS, huge], '-3', 'Invalid amount'],
    ['sendtoaddress', [ADDRESS, integer(0)], '-3', 'Invalid amount for send'],
    [
      'sendtoaddress',
      [ADDRESS, integer(1), '', '', false, 'X'],
      '-4',
      'Unknown label and invalid asset hex: X',
    ],
    ['sendmany', ['', { nonsense: integer(1) }], '-5', 'Invalid Bitcoin address: nonsense'],
    ['signrawtransaction', ['02000000'], '-22', 'TX decode failed'],
    ['signrawtransaction', [''], '-22', 'Missing transaction'],
    ['importprivkey', ['notakey'], '-5', 'Invalid private key encoding'],
    ['importaddress', ['notanaddress'], '-5', 'Invalid Bitcoin address or script'],
    ['dumpprivkey', [ADDRESS], '-4', `Private key for address ${ADDRESS} is not known`],
    ['dumpprivkey', [recordedKeyFile.issue_addr], '-3', 'Address does not refer to a key'],
    ['getnewaddress', ['*'], '-11', 'Invalid account name'],
    [
      'createmultisig',
      [integer(2), [KEY]],
      '-1',
      'not enough keys supplied (got 1 keys, but need at least 2 to redeem)',
    ],
    ['gettransaction', [TXID.replace('b', 'c')], '-5', 'Invalid or non-wallet transaction id'],
    ['listunspent', ['1'], '-3', 'Expected type number, got string'],
    ['readwhitelist', ['/nonexistent'], '-8', 'Cannot open key dump file'],
    ['dumpwhitelist', ['wallet.log'], '-8', 'Cannot open key dump file'],
    ['dumpderivedkeys', ['chain/x'], '-8', 'Cannot open key dump file'],
  ] as const)('%s %j', async (method, params, code, message) => {
    const refusal = await on.ask(method, readParams(params))
    expect(refusal).toEqual({ code: new JsonNumber(code), message })
  })
})

const readParams = (params: readonly Json[]): readonly Json[] =>
  readJson(writeJson(params)) as readonly Json[]
