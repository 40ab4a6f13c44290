import type { FeedId, Hash } from '../feeds/index.js'
import { type Application, type Context, genesisOrigin, type Origin, type Verify } from '../protocol/index.js'
import { lanesOf, type Network } from '../roles/index.js'
import { ChainAudit } from './chain/chain-audit.js'
import type { ReplayEnd } from './chain/heights.js'
import { isMisconduct } from './findings/codes.js'
import type { AuditFinding } from './findings/finding.js'
import type { Arrival } from './reading/merge.js'
import { checkOrigin } from './origin.js'
import { checkStop, readSources } from './reading/read-sources.js'
import type { Screen } from './reading/screen.js'
import type { FeedSource } from './reading/source.js'
import { type AuditFacts, Statistics } from './statistics.js'
import { ReceptionTimes } from './statistics/index.js'

export interface AuditOptions<State> {
  readonly network: Network
  /** At least one; several replicas of one network are read together. */
  readonly sources: readonly FeedSource[]
  /** The application that the network runs. */
  readonly application: Application<State>
  /** ed25519; one that remembers what it found good takes less time, such as that of a `SignatureMemory`. */
  readonly verify: Verify
  /** Verifies the messages' signatures, perhaps on other threads; `verify` does, if it is left out. */
  readonly screen?: Screen
  /** Where the replay begins: at a checkpoint that holds (see `checkpoint`), else at genesis. */
  readonly origin?: Origin<State>
  /** Ends the audit before it is done. */
  readonly stop?: AbortSignal
  /** Called now and then. */
  readonly onProgress?: (progress: AuditProgress) => void
}

export type AuditProgress =
  | { readonly phase: 'reading'; readonly messages: number }
  | { readonly phase: 'replaying'; readonly height: number }

export interface AuditReport {
  readonly chainId: Hash
  readonly sources: readonly { readonly name: string; readonly messages: number }[]
  /** Different ones, by members. */
  readonly messages: number
  /** Of feeds that are no member's: they are not looked at. */
  readonly strangers: number
  readonly replay: {
    /** Of the last block executed. */
    readonly height: number
    readonly stateRoot: Hash
    readonly end: ReplayEnd
    readonly transactions: number
    /** Proposals that could not be judged from what the sources hold. */
    readonly unjudged: number
  }
  /** What an audit from a checkpoint on, or of pruned sources, says nothing about; 0 from genesis. */
  readonly unchecked: {
    /** Heights up to this one were not executed here: a quorum sealed the state after it. */
    readonly height: number
    /** Messages of lanes that were pruned. */
    readonly messages: number
  }
  /** Sorted; equal sources give equal findings. */
  readonly findings: readonly AuditFinding[]
  readonly facts: AuditFacts
  /** No finding that is proved or evident. */
  readonly clean: boolean
}

/** Heights between two words about progress. */
const PROGRESS_HEIGHTS = 1000

/**
 * Audits feeds: verifies every message, replays the chain from genesis or a checkpoint by the code that nodes run, and reports every
 * behaviour of protocol section 8 that the feeds show. It signs nothing and asks nobody.
 * @throws CodedError as sources do, and `source-damaged`, `source-incomplete`, `source-foreign`,
 * `source-pruned`, `checkpoint-unfounded`, `audit-stopped`
 */
export const audit = async <State>(options: AuditOptions<State>): Promise<AuditReport> => {
  const { network, sources, onProgress = () => undefined } = options
  const times = timesOf(network, sources)
  const onArrival = ({ source, stored }: Arrival): void => times.take(source, stored)
  const { law, library, findings, accuser, reading, counts } = await readSources(options, onArrival)
  const context = contextOf(options)
  const origin = options.origin ?? genesisOrigin(context)
  await checkOrigin(network, origin, library)
  const isForked = (feed: FeedId): boolean => library.isForked(feed)
  const statistics = new Statistics({ law, arrivals: reading.arrivals, isForked, times, start: origin })
  const chain = new ChainAudit(context, law, library, accuser, origin)
  let transactions = 0
  const { end, unjudged } = await chain.run((audited) => {
    checkStop(options.stop)
    statistics.take(audited)
    transactions += audited.block.transactions.length
    const { height } = audited
    if (height % PROGRESS_HEIGHTS === 0) onProgress({ phase: 'replaying', height })
  })
  statistics.accuse(accuser)

  const { height, stateRoot } = chain.replay
  const sorted = findings.sorted()
  return {
    chainId: network.chainId,
    sources: options.sources.map(({ name }, index) => ({ name, messages: counts[index] ?? 0 })),
    messages: library.size,
    strangers: reading.strangers,
    replay: { height, stateRoot, end, transactions, unjudged },
    unchecked: { height: origin.height, messages: library.prunedMessages },
    findings: sorted,
    facts: statistics.facts(),
    clean: !sorted.some(({ grade }) => isMisconduct(grade)),
  }
}

const timesOf = (network: Network, sources: readonly FeedSource[]): ReceptionTimes =>
  new ReceptionTimes(
    sources.map(({ name }) => name),
    new Set(lanesOf(network.genesis)),
  )

/** An auditor is no member: nothing that it runs acts for anybody. */
export const contextOf = <State>({
  network,
  application,
  verify,
}: Pick<AuditOptions<State>, 'network' | 'application' | 'verify'>): Context<State> => ({
  network,
  application,
  verify,
  self: network.registrar,
})
