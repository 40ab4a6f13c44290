import type { TransactionStatus } from '../../api/index.js'
import { Check } from 'typebox/value'
import {
  ACCOUNT_ANSWER,
  MAX_RECORD_SIZE,
  signRecord,
  signTransfer,
  transactionHash,
  type AccountId,
} from '../../ledger/index.js'
import { CodedError, utf8 } from '../../util/index.js'
import { KEY, loadAccountKey } from '../account-key.js'
import { connect, NETWORK, NODE } from '../connection.js'
import { readPassphrase } from '../files.js'
import {
  ACCOUNT,
  amountOf,
  command,
  count,
  FILE,
  HASH,
  oneOf,
  optional,
  required,
  TEXT,
  UNITS,
  usage,
  withDefault,
} from '../kit/index.js'

const STAGE = oneOf('received', 'assembled', 'committed', 'sealed')
const TIMEOUT = withDefault(amountOf('<seconds>'), '60', 'how long to wait for that stage')

export const txSend = command({
  name: 'tx send',
  summary: 'sign a transfer or a record, and submit it to a validator',
  arguments: {},
  options: {
    to: optional(ACCOUNT, 'receiving account of a transfer'),
    amount: optional(UNITS, 'STORE units to transfer'),
    record: optional(TEXT, `text to record instead, at most ${MAX_RECORD_SIZE} bytes`),
    key: KEY,
    passphraseFile: optional(FILE, 'opens the key file with the first line of this file'),
    fee: optional(UNITS, 'STORE units paid to the chain (default: the least that the network takes)'),
    nonce: optional(UNITS, 'nonce (default: the next one of the account)'),
    validFor: withDefault(count(1), '1000', 'blocks during which it may be executed'),
    wait: optional(STAGE, 'wait until it has come so far'),
    timeout: TIMEOUT,
    network: NETWORK,
    node: NODE,
  },
  examples: [
    'blockfin tx send --record "hello" --wait sealed',
    'blockfin tx send --to 8c3f...07 --amount 25 --key alice.json --network network.json',
  ],
  async run(given) {
    const body = bodyOf(given)
    const key = await loadAccountKey(given.key, await readPassphrase(given.passphraseFile))
    const { network, client } = await connect(given)
    const { height, answer } = await client.account(key.account, { pending: true })
    if (!Check(ACCOUNT_ANSWER, answer)) {
      throw new CodedError('malformed-answer', 'the validator runs another application than the STORE ledger')
    }
    const header = {
      from: key.account,
      nonce: given.nonce ?? BigInt(answer.nonce),
      validUntil: BigInt(height + Math.min(given.validFor, network.parameters.transactionLifetime)),
      fee: given.fee ?? network.parameters.fees.minimum,
    }
    const bytes =
      'data' in body
        ? signRecord(network.chainId, { ...header, ...body }, key.sign)
        : signTransfer(network.chainId, { ...header, ...body }, key.sign)
    const submitted = await client.submit(bytes)
    if (given.wait === undefined) return shown(submitted)
    return shown(
      await client.waitFor(transactionHash(bytes), given.wait, { timeoutMs: given.timeout * 1000 }),
    )
  },
})

type Body = { readonly data: Uint8Array } | { readonly to: AccountId; readonly amount: bigint }

const bodyOf = (given: {
  readonly to: AccountId | undefined
  readonly amount: bigint | undefined
  readonly record: string | undefined
}): Body => {
  const { to, amount, record } = given
  if (record !== undefined) {
    if (to !== undefined || amount !== undefined)
      throw usage('--record and --to are two transactions: choose one')
    return { data: utf8(record) }
  }
  if (to === undefined || amount === undefined) throw usage('give --to and --amount, or --record')
  return { to, amount }
}

export const txStatus = command({
  name: 'tx status',
  summary: 'say how far a transaction has come',
  arguments: { hash: required(HASH, 'hash of the transaction') },
  options: {
    wait: optional(STAGE, 'wait until it has come so far'),
    timeout: TIMEOUT,
    network: NETWORK,
    node: NODE,
  },
  examples: ['blockfin tx status 3f0c...e1', 'blockfin tx status 3f0c...e1 --wait sealed --timeout 10'],
  async run({ hash, wait, timeout, network, node }) {
    const { client } = await connect({ network, node })
    if (wait === undefined) return shown(await client.status(hash))
    return shown(await client.waitFor(hash, wait, { timeoutMs: timeout * 1000 }))
  },
})

const shown = (status: TransactionStatus) => ({ json: status, text: statusLines(status).join('\n') })

const statusLines = ({ hash, state, replicated, block, result }: TransactionStatus): readonly string[] => [
  `transaction  ${hash}`,
  `state        ${state === 'received' && !replicated ? 'received, not yet replicated' : state}`,
  ...(block === null ? [] : [`block        ${block.height}, position ${block.position}`]),
  ...(result === null ? [] : [`result       ${resultText(result)}`]),
]

const resultText = ({ outcome, code, name, sentence }: NonNullable<TransactionStatus['result']>): string =>
  outcome === 'executed' ? 'executed' : `failed with ${name} (${code}): ${sentence}`
