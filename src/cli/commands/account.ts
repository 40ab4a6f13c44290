import { resolve } from 'node:path'

import { checkAccountProof } from '../../client/index.js'
import { ACCOUNT_ANSWER } from '../../ledger/index.js'
import { generateNodeIdentity, writeKeyFile } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { Check } from 'typebox/value'
import { accountOf, KEY, loadAccount } from '../account-key.js'
import { connect, NETWORK, NODE } from '../connection.js'
import { readPassphrase, writeJson } from '../files.js'
import { ACCOUNT, command, FILE, flag, optional, withDefault } from '../kit/index.js'
import { refused } from '../proofs.js'

export const accountNew = command({
  name: 'account new',
  summary: 'make the key of a new account',
  arguments: {},
  options: {
    out: withDefault(FILE, 'account.json', 'where the key file goes'),
    passphraseFile: optional(FILE, 'protects the key file with the first line of this file'),
  },
  examples: ['blockfin account new', 'blockfin account new --out alice.json --passphrase-file secret.txt'],
  async run({ out, passphraseFile }) {
    const passphrase = await readPassphrase(passphraseFile)
    const identity = generateNodeIdentity()
    await writeKeyFile(out, identity, passphrase === undefined ? undefined : { passphrase })
    const account = accountOf(identity)
    return {
      json: { account, keyFile: resolve(out) },
      text: `account ${account}\nits key stands in ${resolve(out)}`,
    }
  },
})

export const accountShow = command({
  name: 'account show',
  summary: 'show the balance and the next nonce of an account',
  details:
    'As a validator has it; with --proof as the newest sealed block has it, proved against the network file.',
  arguments: { account: optional(ACCOUNT, 'the account (default: that of the key file)') },
  options: {
    key: KEY,
    network: NETWORK,
    node: NODE,
    pending: flag('as if what waits at the validator were executed'),
    proof: optional(FILE, 'fetches the proof from a Messagenode, verifies it and writes it to this file'),
  },
  examples: ['blockfin account show', 'blockfin account show --key alice.json --proof alice-proof.json'],
  async run({ account: given, key, network: networkFile, node, pending, proof: out }) {
    const account = given ?? (await loadAccount(key))
    const { network, client } = await connect({ network: networkFile, node })
    if (out === undefined) {
      const { height, answer } = await client.account(account, { pending })
      if (!Check(ACCOUNT_ANSWER, answer)) {
        throw new CodedError(
          'malformed-answer',
          'the validator runs another application than the STORE ledger',
        )
      }
      return shown(account, answer, { height, pending, proved: false })
    }
    const proof = await client.accountProof(account)
    const checked = await checkAccountProof(network, account, proof)
    if (checked.verdict !== 'accept') throw refused(checked)
    await writeJson(out, proof, 'replace')
    return shown(account, checked.account, { height: checked.height, pending: false, proved: true })
  },
})

const shown = (
  account: string,
  { balance, nonce }: { readonly balance: string; readonly nonce: string },
  facts: { readonly height: number; readonly pending: boolean; readonly proved: boolean },
) => ({
  json: { account, balance, nonce, ...facts },
  text: [
    `account  ${account}`,
    `balance  ${balance} STORE units`,
    `nonce    ${nonce}`,
    `height   ${facts.height}${facts.proved ? ', proved' : facts.pending ? ', with what is pending' : ''}`,
  ].join('\n'),
})
