import type { FeedId } from '../../../src/feeds/index.js'
import type { Millis } from '../../../src/protocol/index.js'
import { lanesOf } from '../../../src/roles/index.js'
import { AccusationChecker } from './checkers/accusations.js'
import { AcknowledgementChecker } from './checkers/acknowledgements.js'
import { AssemblyChecker } from './checkers/assembly.js'
import { CertificateChecker } from './checkers/certificates.js'
import { DemandChecker } from './checkers/demands.js'
import { FinalityChecker } from './checkers/finality.js'
import { Knowledge } from './checkers/knowledge.js'
import { Lanes } from './checkers/lanes.js'
import { LedgerChecker } from './checkers/ledger.js'
import { LinkChecker } from './checkers/links.js'
import { OrderChecker } from './checkers/order.js'
import { QuorumChecker } from './checkers/quorums.js'
import { RoundChecker } from './checkers/rounds.js'
import { SlotChecker } from './checkers/slots.js'
import { TimerChecker } from './checkers/timers.js'
import { WorkChecker } from './checkers/work.js'
import { WatchingObserver } from './checkers/watching.js'
import { Coverage } from './coverage.js'
import type { Counts } from './coverage.js'
import { castOf } from './members.js'
import type { Cast } from './members.js'
import type { SimulatedNode } from './node.js'
import { expectThat } from './observer.js'
import type { Observer } from './observer.js'
import { RecoveryMeter } from './recovery.js'
import type { Recovery } from './recovery.js'
import type { Scenario } from './scenario.js'
import { hashedSignatures } from './signatures.js'
import type { SignatureScheme } from './signatures.js'
import { Trace } from './trace.js'
import { installWorkload } from './workload.js'
import { realCores, SimulatedWorld } from './simulated-world.js'
import type { Cores } from './simulated-world.js'

export interface SimulationOptions {
  readonly cores?: Cores
  readonly scheme?: SignatureScheme
  /** The network and its keys; one of the scenario's size by default, whose network file nobody signed. */
  readonly cast?: Cast
  /** False: a step that breaks a rule is let pass, to see what it comes to. */
  readonly judged?: boolean
  /** Takes every line of the trace, nodes by name. */
  readonly print?: (line: string) => void
  /** Whether the outcome should tell which run it was; takes a tenth of the time. */
  readonly digest?: boolean
}

export interface Outcome {
  readonly counts: Counts
  /** Equal for equal runs; null unless it was asked for. */
  readonly digest: string | null
  /** From the end of faults and workload until everything was sealed everywhere, in virtual milliseconds. */
  readonly recoveryMs: number
  /** How long it took until the next decision; null if there was nothing left to decide. */
  readonly recovery: Recovery | null
}

/** Runs a scenario to its end. @throws Violation as soon as a checker sees a rule broken. */
export const simulate = (scenario: Scenario, options: SimulationOptions = {}): Outcome =>
  new Simulation(scenario, options).run()

/** Liveness is a promise for the time after healing; this is how long it may take, in virtual time. */
const RECOVERY_LIMIT_MS = 300_000
/** How often a run looks whether everything is sealed. */
const LOOK_EVERY_MS = 100
/** Answers still under way when the last block was sealed may arrive. */
const ECHO_MS = 30_000
/** Then nobody may speak for so long. */
const IDLE_MS = 3_600_000
const STEP_LIMIT = 300_000

class Simulation {
  readonly #world: SimulatedWorld
  readonly #coverage = new Coverage()
  readonly #ledger: LedgerChecker
  readonly #recovery: RecoveryMeter
  readonly #trace: Trace | null
  #steps = 0

  constructor(
    private readonly scenario: Scenario,
    options: SimulationOptions,
  ) {
    const { validators, messagenodes, parameters } = scenario
    const scheme = options.scheme ?? hashedSignatures
    const cast = options.cast ?? castOf({ validators, messagenodes, parameters, scheme })
    this.#world = new SimulatedWorld(scenario, cast, options.cores ?? realCores)
    this.#ledger = new LedgerChecker(cast.network, cast.scheme.verify)
    this.#recovery = new RecoveryMeter(messagenodes, this.#world.schedule)
    const nodeOf = (feed: FeedId): SimulatedNode | undefined => this.#world.nodeOf(feed)
    const isTraced = options.digest === true || options.print !== undefined
    this.#trace = isTraced ? new Trace(this.#world.schedule, this.#world.named, options.print ?? null) : null
    const turns = cast.network.genesis.messagenodes.map(({ id }) => cast.names.get(id) ?? '')
    for (const observer of [
      ...(this.#trace ? [this.#trace] : []),
      this.#coverage,
      this.#recovery,
      new AcknowledgementChecker(),
      this.#ledger,
      new SlotChecker(turns),
      new QuorumChecker(cast.network, cast.scheme, nodeOf),
      new CertificateChecker(cast.network, cast.scheme),
      new OrderChecker(),
      new DemandChecker(),
      new AccusationChecker(nodeOf),
      ...(options.judged === false ? [] : ruleCheckers(cast)),
      new WatchingObserver(cast, (sign) => {
        if (sign.kind === 'finding') this.#world.notify((observer) => observer.found?.(sign.finding))
      }),
    ]) {
      this.#world.observe(observer)
    }
  }

  run(): Outcome {
    const { schedule } = this.#world
    const { faultsUntilMs, workload } = this.scenario
    installWorkload(this.#world, workload)
    for (const fault of this.scenario.faults) fault.install(this.#world, faultsUntilMs)
    this.#world.bootAll()
    const healedAt = Math.max(faultsUntilMs, workload.untilMs)
    this.#runUntil(healedAt)
    if (this.#unsettled() !== null) this.#recovery.heal()
    this.#settle(healedAt)
    const recoveryMs = schedule.now - healedAt
    this.#expectSilence()
    return {
      counts: this.#coverage.counts,
      digest: this.#trace?.digest ?? null,
      recoveryMs,
      recovery: this.#recovery.recovery,
    }
  }

  #settle(since: Millis): void {
    const { schedule } = this.#world
    while (this.#unsettled() !== null) {
      const stuck = schedule.now > since + RECOVERY_LIMIT_MS || schedule.nextAt === Infinity
      expectThat(!stuck, 'stuck', { ...this.#unsettled(), at: schedule.now, since })
      this.#runUntil(Math.max(schedule.now, Math.min(schedule.nextAt, 1e12)) + LOOK_EVERY_MS)
    }
  }

  /**
   * An idle chain publishes nothing (protocol section 5, timers). What looked settled may have had work left that no
   * transaction shows: a lane that is forked late, junk that fills a block. Then a block comes of it, and after that
   * silence.
   */
  #expectSilence(): void {
    const { schedule } = this.#world
    this.#runUntil(schedule.now + ECHO_MS)
    const { height } = this.#ledger
    const spoken = this.#speech()
    if (spoken === 0) return
    expectThat(this.#ledger.height > height, 'idle-chain-speaks', { messages: spoken })
    this.#settle(schedule.now)
    const again = this.#speech()
    expectThat(again === 0, 'idle-chain-speaks', { messages: again })
  }

  /** Messages of the protocol within the time after which a chain counts as idle. */
  #speech(): number {
    const before = this.#coverage.counts.protocolMessages
    this.#runUntil(this.#world.schedule.now + IDLE_MS)
    return this.#coverage.counts.protocolMessages - before
  }

  #runUntil(time: number): void {
    const { schedule } = this.#world
    while (schedule.nextAt <= time) {
      schedule.runNext()
      expectThat(++this.#steps < STEP_LIMIT, 'too-many-steps', { at: schedule.now })
    }
    schedule.advanceTo(time)
  }

  /** What is left to do for some correct node, null once every transaction that anyone holds is sealed. */
  #unsettled(): Readonly<Record<string, unknown>> | null {
    const live = this.#world.nodes.filter((node) => node.behaviour.correct && !node.isBuried)
    const { height, cut } = this.#ledger
    for (const node of live) {
      const { executed, sealed } = this.#ledger.progressOf(node)
      if (!node.hasStarted || executed < height || sealed < height) {
        return { node: node.name, started: node.hasStarted, executed, sealed, height }
      }
    }
    const lanes = lanesOf(this.#world.cast.network.genesis)
    for (const [lane, feed] of lanes.entries()) {
      if (live.some((node) => node.knowsFork(feed))) {
        if (!this.#ledger.hasClosed(feed)) return { lane, forked: true, height }
        continue
      }
      const last = Math.max(...live.map((node) => lastTransaction(node, feed)))
      if (last > (cut[lane] ?? 0)) return { lane, last, cut: cut[lane], height }
    }
    return null
  }
}

/** What judges every step of a core by the rules, apart from the core. */
const ruleCheckers = ({ network, scheme }: Cast): readonly Observer[] => {
  const knowledge = new Knowledge(network, scheme)
  const lanes = new Lanes(network, knowledge)
  return [
    knowledge,
    lanes,
    new RoundChecker(knowledge),
    new TimerChecker(knowledge, network.parameters.roundTimeout),
    new WorkChecker(knowledge, lanes),
    new AssemblyChecker(knowledge, lanes),
    new LinkChecker(network),
    new FinalityChecker(knowledge),
  ]
}

/** Sequence of the last message with transactions that a node holds of a lane, 0 without any. */
const lastTransaction = ({ store }: SimulatedNode, lane: Parameters<typeof store.length>[0]): number =>
  store.from(lane, 1).findLast(({ body }) => body.type === 'transaction')?.sequence ?? 0
