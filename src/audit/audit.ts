import type { Hash } from '../feeds/index.js'
import { type Application, type Context, lawOf, type Verify } from '../protocol/index.js'
import { lanesOf, type Network } from '../roles/index.js'
import { Accuser } from './accuser.js'
import { ChainAudit, type ReplayEnd } from './chain-audit.js'
import { isMisconduct } from './codes.js'
import { type AuditFinding, Findings } from './finding.js'
import { Library } from './library.js'
import { merged } from './merge.js'
import { Reading } from './reading.js'
import type { FeedSource } from './source.js'
import { type AuditFacts, Statistics } from './statistics.js'
import { ReceptionTimes } from './statistics/index.js'

export interface AuditOptions<State> {
  readonly network: Network
  /** At least one; several replicas of one network are read together. */
  readonly sources: readonly FeedSource[]
  /** The application that the network runs. */
  readonly application: Application<State>
  /** ed25519; one that remembers what it found good takes less time. */
  readonly verify: Verify
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
    /** Blocks executed from genesis on. */
    readonly height: number
    readonly stateRoot: Hash
    readonly end: ReplayEnd
    readonly transactions: number
    /** Proposals that could not be judged from what the sources hold. */
    readonly unjudged: number
  }
  /** Sorted; equal sources give equal findings. */
  readonly findings: readonly AuditFinding[]
  readonly facts: AuditFacts
  /** No finding that is proved or evident. */
  readonly clean: boolean
}

/** Messages between two words about progress. */
const PROGRESS_EVERY = 10_000
const PROGRESS_HEIGHTS = 1000

/**
 * Audits feeds: verifies every message, replays the chain from genesis by the code that nodes run, and reports every
 * behaviour of protocol section 8 that the feeds show. It signs nothing and asks nobody.
 * @throws CodedError as sources do, and `source-damaged`, `source-incomplete`
 */
export const audit = async <State>(options: AuditOptions<State>): Promise<AuditReport> => {
  const { network, sources, verify, onProgress = () => undefined } = options
  const law = lawOf(network, verify)
  const library = new Library(sources)
  const findings = new Findings()
  const accuser = new Accuser(law, library, findings)
  const reading = new Reading(law, library, accuser)
  const counts = sources.map(() => 0)
  const times = timesOf(network, sources)
  let read = 0
  for await (const { source, stored } of merged(sources)) {
    await reading.take(source, sources[source]?.name ?? '', stored)
    times.take(source, stored)
    counts[source] = (counts[source] ?? 0) + 1
    if (++read % PROGRESS_EVERY === 0) onProgress({ phase: 'reading', messages: read })
  }
  for (const source of sources) for await (const proof of source.proofs()) reading.takeProof(proof)
  await reading.finish()

  const statistics = new Statistics(law, reading.arrivals, (feed) => library.isForked(feed), times)
  const chain = new ChainAudit(contextOf(options), law, library, accuser)
  let transactions = 0
  const { end, unjudged } = await chain.run((audited) => {
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
    sources: sources.map(({ name }, index) => ({ name, messages: counts[index] ?? 0 })),
    messages: library.size,
    strangers: reading.strangers,
    replay: { height, stateRoot, end, transactions, unjudged },
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
const contextOf = <State>({ network, application, verify }: AuditOptions<State>): Context<State> => ({
  network,
  application,
  verify,
  self: network.registrar,
})
