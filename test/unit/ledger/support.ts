import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FeedId, Hash } from '../../../src/feeds/index.js'
import { feedIdOf, sha256 } from '../../../src/feeds/index.js'
import type { AccountId, Sign } from '../../../src/ledger/index.js'
import { accountIdOf } from '../../../src/ledger/index.js'
import type { Verify } from '../../../src/protocol/index.js'
import type { Messagenode, Network, Validator } from '../../../src/roles/index.js'
import { epochOf, MESSAGENODE_ROLES, VALIDATOR_ROLES } from '../../../src/roles/index.js'
import { toHex, utf8 } from '../../../src/util/index.js'

/** A network and wallets for the ledger's tests: the same ones on every run. */

export const readVectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'))

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex')

export interface Wallet {
  readonly account: AccountId
  readonly sign: Sign
}

export const walletOfSeed = (seed: Uint8Array): Wallet => {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    account: accountIdOf(spki.subarray(-32)),
    sign: (bytes) => new Uint8Array(sign(null, bytes, key)),
  }
}

export const wallet = (name: string): Wallet => walletOfSeed(sha256(utf8(`wallet ${name}`)))

export const verifyEd25519: Verify = (publicKey, bytes, signature) => {
  const key = createPublicKey({
    key: Buffer.concat([SPKI_ED25519, publicKey]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, bytes, key, signature)
}

export const keyOf = (label: string): FeedId => feedIdOf(sha256(utf8(label)))

const nowhere = { ssb: null, http: null }

export const validatorOf = (id: FeedId, roles: readonly FeedId[]): Validator => ({
  kind: 'validator',
  id,
  name: 'validator',
  addresses: nowhere,
  roles: pair(VALIDATOR_ROLES, roles),
})

export const messagenodeOf = (id: FeedId, roles: readonly FeedId[]): Messagenode => ({
  kind: 'messagenode',
  id,
  name: 'messagenode',
  addresses: nowhere,
  roles: pair(MESSAGENODE_ROLES, roles),
})

const pair = <R extends string>(names: readonly R[], feeds: readonly FeedId[]): Record<R, FeedId> =>
  Object.fromEntries(names.map((name, index) => [name, feeds[index]])) as Record<R, FeedId>

export interface NetworkOptions {
  readonly chainId?: Hash
  readonly members?: Network['members']
  readonly balances?: Iterable<readonly [string, bigint]>
  readonly minimumFee?: bigint
  readonly transactionLifetime?: number
}

const MEMBERS = [
  validatorOf(
    keyOf('validator'),
    VALIDATOR_ROLES.map((role) => keyOf(role)),
  ),
  messagenodeOf(
    keyOf('messagenode'),
    MESSAGENODE_ROLES.map((role) => keyOf(role)),
  ),
]

export const networkOf = (options: NetworkOptions = {}): Network => {
  const members = options.members ?? MEMBERS
  return {
    networkId: toHex(sha256(utf8('network'))) as Hash,
    chainId: options.chainId ?? (toHex(sha256(utf8('chain'))) as Hash),
    networkKey: new Uint8Array(32),
    parameters: {
      protocolVersion: 1,
      capacity: { transactions: 512, bytes: 1 << 20, batchMs: 40 },
      emptyBlocks: { launch: 9, ahead: 9 },
      laneBatchMs: 5,
      roundTimeout: { minMs: 100, maxMs: 10_000, initialMs: 1000 },
      faultyMessagenodes: 0,
      fees: { minimum: options.minimumFee ?? 2n },
      transactionLifetime: options.transactionLifetime ?? 8,
    },
    registrar: keyOf('registrar'),
    members,
    genesis: epochOf(0, members),
    balances: new Map(options.balances),
  }
}
