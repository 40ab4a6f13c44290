import type { FeedMessage, Hash } from '../../../src/feeds/index.js'
import { storeLedger } from '../../../src/ledger/index.js'
import { verify } from '../../../src/node/verify.js'
import { registryOf } from '../../../src/roles/index.js'
import type { TestAccount } from '../account.js'
import {
  auditChain,
  faultsIn,
  forksBetween,
  type HeldFeeds,
  type LiveNetwork,
  messagesOf,
  type SettledFeeds,
} from '../live-network/index.js'

/** What the feeds on all disks say of a run, and nothing else: no node is asked. Sound runs have empty lists. */
export interface Judgement {
  /** Feeds of which two nodes hold different branches. */
  readonly forks: readonly string[]
  /** What the network file refutes in the feeds, double votes and broken locks among it. */
  readonly faults: readonly string[]
  /** Acknowledged transactions that are in no block. */
  readonly lost: readonly Hash[]
  /** Transactions that were executed more than once. */
  readonly repeated: readonly Hash[]
  /** What the accounts and the fees make together, beyond what there was in the beginning. */
  readonly surplus: bigint
  readonly heights: number
  readonly transactions: number
}

export interface Judged {
  readonly network: LiveNetwork
  readonly held: SettledFeeds
  readonly accounts: readonly TestAccount[]
  /** Of each account. */
  readonly genesisBalance: bigint
  readonly acknowledged: readonly Hash[]
}

export const judge = async (judged: Judged): Promise<Judgement> => {
  const { network, held, acknowledged, accounts, genesisBalance } = judged
  // Without forks, what one Messagenode holds is what all hold.
  const feeds = held.get(network.messagenodes[0] ?? '') ?? new Map<never, never>()
  const ledger = storeLedger({ verify })
  const { blocks, state } = auditChain(network.network, ledger, feeds)
  const included = blocks.flatMap(({ transactions }) => transactions)
  const executed = included.filter(({ code }) => code === 0).map(({ hash }) => hash)
  const hashes = new Set(included.map(({ hash }) => hash))
  const balances = accounts.map(({ id }) =>
    BigInt((ledger.query(state, `accounts/${id}`) as { balance: string }).balance),
  )
  const total = balances.reduce((sum, balance) => sum + balance, BigInt(executed.length))
  return {
    forks: forksBetween([...held.values()]),
    faults: [...(await faultsIn(network.network, feeds)), ...brokenLocks(network, feeds)],
    lost: acknowledged.filter((hash) => !hashes.has(hash)),
    repeated: repeatedIn(executed),
    surplus: total - genesisBalance * BigInt(accounts.length),
    heights: blocks.length,
    transactions: executed.length,
  }
}

/** Commit and skip of one round exclude each other (protocol section 5); they stand in two feeds of one validator. */
const brokenLocks = ({ network }: LiveNetwork, feeds: HeldFeeds): readonly string[] => {
  const registry = registryOf(network)
  const roundsOf = (isMeant: (body: FeedMessage['body']) => boolean): Set<string> =>
    new Set(
      messagesOf(feeds).flatMap(({ author, body }) => {
        if (!isMeant(body) || !('height' in body) || !('round' in body)) return []
        return [`${registry.placeOf(author)?.member.name} at height ${body.height}, round ${body.round}`]
      }),
    )
  const skipped = roundsOf((body) => body.type === 'precommit' && body.skip)
  return [...roundsOf(({ type }) => type === 'commit')]
    .filter((round) => skipped.has(round))
    .map((round) => `commit and skip by ${round}`)
}

const repeatedIn = (hashes: readonly Hash[]): readonly Hash[] => {
  const seen = new Set<Hash>()
  return hashes.filter((hash) => seen.size === seen.add(hash).size)
}
