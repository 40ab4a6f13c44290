import { join } from 'node:path'

import { type Logger, pino } from 'pino'

import type { Flood } from '../../plugins/flood-guard.js'
import { type FeedType, wantedFeeds } from '../../plugins/feed-requests/index.js'
import { LiveMembership } from '../../plugins/registry-admission/index.js'
import { ChainView } from '../chain-store/index.js'
import type { FeedId } from '../feeds/index.js'
import { createMessagenodeService } from '../messagenode/index.js'
import { chainApplication, closedLanes, type Context, type Effect } from '../protocol/index.js'
import { feedsOf, type MemberKind, type Registry, registryOf } from '../roles/index.js'
import { assert, CodedError, isCoded } from '../util/index.js'
import { createValidatorService } from '../validator/index.js'
import { type ChainStart, openChain, writeCheckpoints } from './chain-start.js'
import { type ConfigRequest, loadNodeConfig, type NodeConfig } from './config.js'
import { lockDirectory } from './data-directory.js'
import { codeOf, diskOf, DiskWatch, HealthMonitor, lookRegularly } from './health/index.js'
import { type Consequences, consequences, type EvidenceDesk, openDesk } from './evidence/index.js'
import { introduce } from './introduce.js'
import { type Link, type LinkEvent, openLink } from './link.js'
import { NodeHost } from './node-host.js'
import { Offers } from './offers.js'
import { participant, type Participant } from './participant.js'
import type { PruneOrder, PruneSchedule } from './pruning/index.js'
import { openSignedTips, recoverFromPeers } from './own-feeds.js'
import { answersNeeded } from './recover.js'
import { watchReplication } from './replication-watch.js'
import type { SignedTips } from './signed-tips.js'
import { serviceLimits } from './service-limits.js'
import { VerdictLog } from './verdict-log.js'

export interface StartOptions extends ConfigRequest {
  /** Feed types an observer replicates; all nine if left out. Other kinds have no choice. */
  readonly feeds?: readonly FeedType[]
  /** Where the node logs; standard error at the level of `node.json` if left out. */
  readonly logger?: Logger
}

export interface RunningNode {
  readonly id: FeedId
  readonly kind: MemberKind
  /** `host:port` of the SSB socket. */
  readonly ssb: string
  /** Base URL of the HTTP API; null if it has none. */
  readonly http: string | null
  /** Rejects when the node cannot go on; never resolves. */
  readonly failed: Promise<never>
  /** Resolves when the node should be closed and started again, in order to prune. */
  readonly pruningDue: Promise<void>
  close(): Promise<void>
}

/** A peer farther behind than this fetches whole ranges; replication brings the rest (docs/substrate.md, D4). */
const CATCH_UP_LAG = 200

/**
 * Runs a member from its data directory: locks it, checks everything, prunes, opens database and sockets, replays its
 * feeds, and dials. Resolves when it listens; it signs once its own feeds are known to be complete.
 *
 * @throws CodedError `not-an-observer` if feeds are chosen for another kind; as `lockDirectory`, `loadNodeConfig`, `loadApplication`, `createSsb`, `openChainStore`
 */
export const startNode = async (options: StartOptions): Promise<RunningNode> => {
  const closers: Closer[] = []
  try {
    const lock = await lockDirectory(options.directory)
    closers.push(() => lock.release())
    const config = await loadNodeConfig(options)
    const logger = options.logger ?? pino({ level: config.logLevel, base: null }, pino.destination(2))
    if (options.feeds !== undefined && config.member.kind !== 'observer') throw notAnObserver(config)
    for (const warning of config.warnings) logger.warn({ warning }, 'unwise option')
    return await new NodeStart(config, logger, closers, options.feeds).run()
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}

const notAnObserver = ({ member, directory }: NodeConfig): CodedError =>
  new CodedError(
    'not-an-observer',
    `${directory.root} belongs to a ${member.kind}, which replicates all feeds`,
    {
      path: directory.root,
      kind: member.kind,
    },
  )

type Closer = () => Promise<void> | void

/** Last opened, first closed; one that fails does not keep the others open. */
const closeAll = async (closers: Closer[]): Promise<void> => {
  for (const close of closers.splice(0).reverse()) await Promise.resolve(close()).catch(() => undefined)
}

/** The start of one node, step by step in the order of `run`. */
class NodeStart {
  #fault: (error: unknown) => void = () => {}
  readonly #failed = new Promise<never>((_resolve, reject) => {
    this.#fault = reject
  })
  #pruneSoon: () => void = () => {}
  readonly #pruningDue = new Promise<void>((resolve) => {
    this.#pruneSoon = resolve
  })
  readonly #verdicts: VerdictLog
  readonly #membership: LiveMembership
  readonly #disk: DiskWatch
  #participant: Participant | undefined
  #desk: EvidenceDesk | undefined
  #consequences: Consequences | undefined
  #link: Link | undefined
  #host: NodeHost | undefined
  #tips: SignedTips | undefined
  #schedule: PruneSchedule | null = null
  #started = false
  #closing = false

  constructor(
    private readonly config: NodeConfig,
    private readonly logger: Logger,
    private readonly closers: Closer[],
    private readonly feeds: readonly FeedType[] | undefined,
  ) {
    this.#verdicts = new VerdictLog(join(config.directory.root, 'verdicts.jsonl'), () => Date.now())
    this.#membership = new LiveMembership(registryOf(config.network))
    this.#disk = new DiskWatch(diskOf(config.directory.root))
    this.#failed.catch(() => undefined)
  }

  async run(): Promise<RunningNode> {
    const { config } = this
    const chain = config.member.kind === 'observer' ? null : await openChain(config, this.logger)
    if (chain) this.closers.push(() => chain.store.close())
    const link = await this.#openLink(chain?.prune ?? null)
    const http = chain && (await this.#participate(link, chain))
    await link.dial()
    const { host, port } = link.substrate.address
    return {
      id: config.main.id,
      kind: config.member.kind,
      ssb: `${host}:${port}`,
      http,
      failed: this.#failed,
      pruningDue: this.#pruningDue,
      close: () => {
        this.#closing = true
        return closeAll(this.closers)
      },
    }
  }

  async #openLink(prune: PruneOrder | null): Promise<Link> {
    const { config } = this
    const offers = new Offers(
      () => this.#opened(),
      (messages) => this.#participant?.fetched(messages),
    )
    const tips = await openSignedTips(config.directory.signedTips)
    this.closers.push(() => tips.close())
    this.#tips = tips
    const link = await openLink({
      path: config.directory.ssb,
      main: config.main,
      membership: this.#membership,
      networkKey: config.network.networkKey,
      chainId: config.network.chainId,
      epochAt: () => config.network.genesis.number,
      ownFeeds: this.#ownFeeds(),
      faultyMessagenodes: config.network.parameters.faultyMessagenodes,
      listen: config.ssb,
      ...(prune && { prune }),
      follow: config.follow,
      ...(this.feeds && { feeds: this.feeds }),
      ...(config.member.kind === 'messagenode' && { onOffer: (peer, keys) => offers.take(peer, keys) }),
      onConflict: (facts) => this.#halt('sign-guard-conflict', facts),
      onSigned: (messages) => tips.signed(messages),
      onFailed: (error) => this.#fail(error),
      onWrite: (error) => this.#disk.wrote(error === null ? null : codeOf(error)),
      onConnected: (peer) => this.#connected(peer),
      onFlooding: (flood) => this.#flooded(flood),
      onFetched: (peer, messages) => this.#desk?.fetched(peer, messages),
      onEvent: (event) => this.#log(event),
    })
    this.#link = link
    this.closers.push(() => link.substrate.close())
    return link
  }

  /** Replays the feeds into a core and its services, then lets it sign as soon as that is safe. */
  async #participate(link: Link, chain: ChainStart): Promise<string | null> {
    const { config } = this
    const { substrate } = link
    const { context, store, origin, moot } = chain
    const registry = (): Registry => this.#membership.current()
    const checkpoints = writeCheckpoints({ config, logger: this.logger, chain, substrate, registry })
    this.closers.push(() => checkpoints.settled())
    this.#schedule = chain.schedule
    const desk = await this.#openDesk(link, context.verify)
    const core = participant({
      config,
      context,
      origin,
      link,
      observe: (effect) => {
        this.#observe(effect, host)
        checkpoints.observe(effect)
      },
      failed: (error) => this.#fail(error),
    })
    const host: NodeHost = new NodeHost({
      network: config.network,
      self: config.main.id,
      application: chainApplication(context),
      origin,
      substrate: () => substrate,
      guard: link.guard,
      core: () => core.core(),
      lane: config.roles.get('transaction-validator') ?? null,
      health: this.#watchHealth(link, () => host.health()),
      stallCounts: () => link.stalls.counts(),
      evidence: desk,
    })
    this.#participant = core
    this.#host = host
    const view = new ChainView(host, store, (error) => this.#fail(storeFailed(error)))
    this.closers.push(() => view.close())
    const serverOptions = {
      operators: config.operators,
      ...serviceLimits(config.limits),
      onInternalError: (error: unknown) => this.logger.error({ error }, 'internal error'),
    }
    const validator =
      config.member.kind === 'validator' ? createValidatorService(host, view, serverOptions) : null
    const service = validator ?? createMessagenodeService(host, view, serverOptions)
    this.closers.push(() => service.close())
    this.closers.push(() => core.stop())

    const { network, main, roles } = config
    this.#consequences = consequences({
      network,
      self: main.id,
      roles,
      tell: (finding, isNew) => {
        if (isNew) this.#verdicts.record({ kind: 'finding', finding })
        this.logger.warn({ finding }, 'finding')
      },
      forked: (feed) => core.forked(feed),
      halt: (code, facts) => this.#halt(code, facts),
      isClosed: (lane) => host.latest().state.registry.closed.has(lane),
      submit: validator && ((operation) => validator.submit(operation)),
    })
    this.closers.push(() => this.#consequences?.stop())
    desk.recall()
    substrate.onEvidence(({ a, b }) => desk.contradiction(a, b))
    const take = (message: Parameters<Participant['receive']>[0]) => {
      link.guard.remember(message)
      host.heard(message)
      core.receive(message)
      desk.receive(message)
    }
    substrate.onMessage(take)
    await substrate.replay(take, moot)
    core.flush()
    const loose = substrate.looseMessages()
    for (const message of loose) link.guard.remember(message)
    core.fetched(loose)
    const http =
      config.http && (await service.server.listen({ host: config.http.host, port: config.http.port }))
    this.#becomeReady(link, core, host).catch((error: unknown) => this.#fail(error))
    return http
  }

  async #becomeReady(link: Link, core: Participant, host: NodeHost): Promise<void> {
    await this.#recover(link)
    if (this.#closing) return
    link.guard.allow()
    if (link.guard.forbidden !== null) return
    await introduce(link.substrate, link.guard, this.config)
    this.#started = true
    core.start()
    host.started()
    this.#desk?.start()
    this.#consequences?.start()
    for (const peer of link.substrate.peers()) core.connected(peer)
    const lane = this.config.roles.get('transaction-validator')?.id
    if (lane !== undefined) this.closers.push(watchReplication(lane, link, host))
    this.logger.info({ id: this.config.main.id, kind: this.config.member.kind }, 'ready to sign')
  }

  /** Own feeds must be known to be complete before anything is signed (protocol section 5). */
  async #recover(link: Link): Promise<void> {
    assert(this.#tips, 'tips are opened before the link is')
    const { config, logger } = this
    const { main, network } = config
    const peers = network.genesis.messagenodes.map(({ id }) => id).filter((id) => id !== main.id)
    await recoverFromPeers({
      ownFeeds: this.#ownFeeds(),
      peers,
      needed: answersNeeded(network.parameters.faultyMessagenodes, peers.length),
      link,
      tips: this.#tips,
      forbid: (code) => link.guard.forbid(code),
      warn: (facts, sentence) => logger.warn(facts, sentence),
      progress: (heard, needed) => logger.debug({ heard, needed }, 'asking for own tips'),
      isOver: () => this.#closing,
    })
  }

  async #openDesk(link: Link, verify: Context<unknown>['verify']): Promise<EvidenceDesk> {
    const { config } = this
    const desk = await openDesk({
      directory: config.directory.evidence,
      network: config.network,
      self: config.main.id,
      verify,
      link,
      feeds: () => [...wantedFeeds(this.#membership.current(), config.main.id)],
      publish: (body) => link.guard.publish(config.main, body),
      onEvidence: (evidence, isNew) => this.#consequences?.heed(evidence, isNew),
      onEvent: (name, facts) => this.logger.warn(facts, name),
      onTrouble: (error) => this.logger.error({ error }, 'evidence could not be kept or published'),
    })
    this.#desk = desk
    this.closers.push(() => desk.stop())
    return desk
  }

  #ownFeeds(): readonly FeedId[] {
    return feedsOf(this.config.member).map(([, feed]) => feed)
  }

  /** Signs nothing any more, and goes on answering: what it holds is of use to the others. */
  #halt(code: string, facts: Readonly<Record<string, unknown>>): void {
    this.#link?.guard.forbid(code)
    const halt = { kind: 'halt', code, facts } as const
    if (this.#host) this.#observe(halt, this.#host)
  }

  #connected(peer: FeedId): void {
    if (this.#started) this.#participant?.connected(peer)
    this.#desk?.connected(peer)
    const wanted = wantedFeeds(this.#membership.current(), this.config.main.id, this.feeds)
    // Own feeds are recovered on their own terms, before anything is signed.
    const own = this.#ownFeeds()
    const others = [...wanted].filter((feed) => !own.includes(feed))
    this.#link?.catchUpFrom(peer, others, CATCH_UP_LAG).catch((error: unknown) => {
      const code = isCoded(error) ? error.code : 'unknown'
      this.logger.debug({ peer, code }, 'catching up by range stopped; replication goes on')
    })
  }

  #watchHealth(link: Link, report: () => unknown): HealthMonitor {
    const { network, main } = this.config
    this.closers.push(lookRegularly(this.#disk, report))
    return new HealthMonitor({
      network,
      self: main.id,
      epoch: () => this.#membership.current().epoch,
      registry: () => this.#membership.current(),
      link,
      disk: this.#disk,
      now: () => Date.now(),
    })
  }

  #observe(effect: Effect, host: NodeHost): void {
    switch (effect.kind) {
      case 'verdict':
      case 'halt':
        if (effect.kind === 'halt') this.#link?.guard.forbid(effect.code)
        this.#verdicts.record(effect)
        this.logger.warn({ effect }, effect.kind)
        break
      case 'decided':
      case 'sealed':
        this.logger.debug({ height: effect.height }, effect.kind)
        break
      case 'executed':
        this.#lookAtPruning(effect.block.height, host)
        for (const { lane, height, sequence } of closedLanes(effect.block.state)) {
          if (height === effect.block.height) this.logger.warn({ lane, height, sequence }, 'lane closed')
        }
        break
      default:
    }
    host.observe(effect)
  }

  /** A node that is catching up has better things to do. */
  #lookAtPruning(height: number, host: NodeHost): void {
    if (!this.#started || !this.#schedule?.isDue(height)) return
    if (!host.health().problems.some(({ code }) => code === 'behind')) this.#pruneSoon()
  }

  #flooded({ feed, messages, writtenInMs }: Flood): void {
    const place = this.#membership.current().placeOf(feed)
    if (!place) return
    this.#desk?.evident({
      code: 'flooding',
      grade: 'evident',
      culprits: [{ owner: place.member.id, role: place.role }],
      messages: [],
      facts: { feed, messages, writtenInMs },
    })
  }

  #log({ name, facts, isWarning }: LinkEvent): void {
    if (isWarning) this.logger.warn(facts, name)
    else if (name === 'stall' || name === 'log-pruned') this.logger.info(facts, name)
    else this.logger.debug(facts, name)
  }

  #opened(): Link {
    if (this.#link === undefined) throw new CodedError('not-ready', 'the log is not open yet')
    return this.#link
  }

  #fail(error: unknown): void {
    if (this.#closing) return
    this.logger.error({ error }, 'the node cannot go on')
    this.#participant?.stop()
    this.#fault(error)
  }
}

/** A bug of ours stays one; what the disk refused is a line for the operator, and written again at the next start. */
const storeFailed = (cause: unknown): unknown => {
  const isLevel = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('LEVEL_')
  if (!isLevel) return cause
  return new CodedError('chain-store-failed', 'the disk did not take a block for the HTTP API', {}, { cause })
}
