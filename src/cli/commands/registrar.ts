import { join, resolve } from 'node:path'

import { z } from 'zod'

import { CodedError } from '../../util/index.js'
import { readJson, readPassphrase } from '../files.js'
import {
  command,
  count,
  DIRECTORY,
  FILE,
  HOST_PORT,
  many,
  optional,
  required,
  UNITS,
  usage,
  withDefault,
  type Kind,
} from '../kit/index.js'
import { runNode, type StartNode } from './start.js'
import { createRegistrar, draftPath, signNetwork } from '../network/registrar.js'

const REGISTRAR_DIRECTORY = withDefault(DIRECTORY, 'registrar', 'data directory of the registrar')

export const registrarInit = command({
  name: 'registrar init',
  summary: 'draft a network: its parameters, its salt and the key of its registrar',
  details:
    'Hand network-draft.json to the future members only: it holds the key without which no one can connect. ' +
    'Parameters that are not given have their defaults.',
  arguments: {},
  options: {
    dir: REGISTRAR_DIRECTORY,
    ssb: required(HOST_PORT, 'where its SSB socket listens, as others reach it'),
    blockTransactions: optional(count(64), 'most transactions in a block'),
    blockBytes: optional(count(8192), 'most bytes of feed messages in a block'),
    blockMs: optional(count(0, 86_400_000), 'longest time between two proposals under load, in milliseconds'),
    emptyBlocksAtLaunch: optional(count(1), 'empty blocks opened when the chain starts'),
    emptyBlocksAhead: optional(count(1), 'empty blocks kept open ahead'),
    minimumFee: optional(UNITS, 'least fee of a transaction, in STORE units'),
    passphraseFile: optional(FILE, 'protects the key file with the first line of this file'),
  },
  examples: [
    'blockfin registrar init --dir registrar --ssb 10.0.0.2:8008',
    'blockfin registrar init --ssb 10.0.0.2:8008 --block-transactions 500 --block-ms 100',
  ],
  async run(given) {
    const passphrase = await readPassphrase(given.passphraseFile)
    const { blockTransactions, blockBytes, blockMs, emptyBlocksAtLaunch, emptyBlocksAhead, minimumFee } =
      given
    const { networkId, registrar } = await createRegistrar({
      directory: given.dir,
      ssb: given.ssb,
      parameters: {
        capacity: {
          ...(blockTransactions === undefined ? {} : { transactions: blockTransactions }),
          ...(blockBytes === undefined ? {} : { bytes: blockBytes }),
          ...(blockMs === undefined ? {} : { batchMs: blockMs }),
        },
        emptyBlocks: {
          ...(emptyBlocksAtLaunch === undefined ? {} : { launch: emptyBlocksAtLaunch }),
          ...(emptyBlocksAhead === undefined ? {} : { ahead: emptyBlocksAhead }),
        },
        ...(minimumFee === undefined ? {} : { minimumFee }),
      },
      protection: passphrase === undefined ? undefined : { passphrase },
    })
    const draft = draftPath(given.dir)
    return {
      json: { networkId, registrar, draft },
      text: `network ${networkId}\nits draft stands in ${draft}`,
    }
  },
})

const BALANCE: Kind<readonly [string, bigint]> = {
  placeholder: '<account=units>',
  parse: (text) => {
    const [, account, units] = /^([0-9a-f]{64})=(.+)$/.exec(text) ?? []
    if (account === undefined || units === undefined) throw usage(`"${text}" is not an account=units`)
    return [account, UNITS.parse(units)]
  },
}

const balancesSchema = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string().regex(/^\d{1,20}$/))

const readBalances = async (path: string | undefined): Promise<ReadonlyMap<string, bigint>> => {
  if (path === undefined) return new Map()
  const parsed = balancesSchema.safeParse(await readJson(path))
  if (!parsed.success) {
    throw new CodedError('balances-malformed', `${path} is not {"account": "units", ...}`, { path })
  }
  return new Map(Object.entries(parsed.data).map(([account, units]) => [account, BigInt(units)]))
}

export const registrarSign = command({
  name: 'registrar sign',
  summary: 'sign the network file over the registrations of its members',
  arguments: { registrations: many(FILE, 'registration.json of each member', 1) },
  options: {
    dir: REGISTRAR_DIRECTORY,
    balances: optional(FILE, 'genesis balances: {"account": "units", ...}'),
    balance: many(BALANCE, 'one genesis balance; may be given again'),
    out: optional(FILE, 'where the network file goes (default: network.json in the data directory)'),
    passphraseFile: optional(FILE, 'opens the key file with the first line of this file'),
  },
  examples: [
    'blockfin registrar sign validator-*/registration.json messagenode-*/registration.json --balances balances.json',
  ],
  async run(given) {
    const out = resolve(given.out ?? join(given.dir, 'network.json'))
    const balances = new Map([...(await readBalances(given.balances)), ...given.balance])
    const { network } = await signNetwork({
      directory: given.dir,
      passphrase: await readPassphrase(given.passphraseFile),
      registrations: given.registrations,
      balances,
      out,
    })
    const members = network.members.map(({ name, kind }) => ({ name, kind }))
    return {
      json: { networkFile: out, members, accounts: balances.size },
      text: `signed ${out}: ${members.length} members, ${balances.size} accounts`,
    }
  },
})

export const registrarStart = (startNode: StartNode) =>
  command({
    name: 'registrar start',
    summary: "keep the registrar's feed online, as the record of the network",
    arguments: {},
    options: {
      dir: REGISTRAR_DIRECTORY,
      network: optional(FILE, 'the signed network file (default: as node.json says)'),
      passphraseFile: optional(FILE, 'opens the key file with the first line of this file'),
    },
    examples: ['blockfin registrar start --dir registrar'],
    run: (given, terminal) => runNode(startNode, given, terminal),
  })
