import type { ChainEffect, CoreStatus, HeldEvidence, HostEvent } from '../../src/chain-store/index.js'
import {
  type AssembledBody,
  blockId,
  type Body,
  type CertificateBody,
  certificateRoot,
  type ClassicMessage,
  cutRoot,
  emptyBlock,
  type FeedId,
  type FeedMessage,
  type Hash,
  type LaneTip,
  type MessageKey,
  messageKeyOf,
  NO_MESSAGE,
  sha256,
  stageKey,
  transactionLeaf,
  txRoot,
  voteBytes,
  xRoot,
} from '../../src/feeds/index.js'
import { type LedgerState, storeLedger } from '../../src/ledger/index.js'
import {
  chainApplication,
  type ChainState,
  type EvidenceProof,
  type PlacedTransaction,
} from '../../src/protocol/index.js'
import {
  electorateOf,
  lanesOf,
  type Network,
  type RoleIdentity,
  sign,
  verifyBytes,
} from '../../src/roles/index.js'
import { utf8 } from '../../src/util/index.js'
import type { HealthReport } from '../../src/api/index.js'
import type { ValidatorHost } from '../../src/validator/index.js'
import { type TestNetwork, testNetwork, type TestNetworkOptions } from './network.js'
import { signedMessage } from './signed-feed.js'

type Value = { readonly block: Hash; readonly xRoot: Hash }
type Listener = (event: HostEvent<LedgerState>) => void

/**
 * A chain without consensus: real ledger, real roots, certificates signed by every validator's role keys, and
 * messages that are real but for their SSB signature. What a node would learn from a core, a test decides.
 */
export class ChainFixture {
  readonly ledger = chainApplication({
    application: storeLedger({ verify: verifyBytes }),
    verify: verifyBytes,
  })
  readonly network: Network
  readonly log: FeedMessage[] = []
  /** Everything told so far, for a replay. */
  readonly history: HostEvent<LedgerState>[] = []
  height = 0
  state: ChainState<LedgerState>
  core: CoreStatus = { height: 1, round: 0, peers: 3, started: true, halted: null }
  report: HealthReport = { problems: [], hints: [], behindHeights: 0, clockOffsetMs: null }
  /** What the node holds against members. */
  evidence: readonly HeldEvidence[] = []
  readonly proofs = new Map<string, EvidenceProof>()
  /** Messagenodes that hold every lane. */
  holders: readonly FeedId[] = []
  /** Runs before a publish becomes durable; a rejection makes it fail. */
  beforePublish: () => Promise<void> = async () => {}
  readonly #test: TestNetwork
  readonly #listeners = new Set<Listener>()
  readonly #tips = new Map<FeedId, FeedMessage>()
  #cut: readonly LaneTip[]
  #parent: Hash
  #slot: Hash
  readonly #values = new Map<number, Value & { readonly assembled: MessageKey; readonly stateRoot: Hash }>()

  constructor(options: TestNetworkOptions = {}) {
    this.#test = testNetwork(options)
    this.network = this.#test.network
    this.state = this.ledger.genesis(this.network)
    this.#cut = this.lanes.map(() => ({ sequence: 0, tip: NO_MESSAGE }))
    this.#parent = this.network.chainId
    this.#slot = emptyBlock(this.network.chainId, 0, null)
  }

  get lanes(): readonly FeedId[] {
    return lanesOf(this.network.genesis)
  }

  /** The node this host belongs to is a validator by its lane, or the first Messagenode. */
  host(
    self: FeedId = this.network.genesis.validators[0]?.id ?? this.network.registrar,
  ): ValidatorHost<LedgerState> {
    const lane = this.network.genesis.validators.findIndex(({ id }) => id === self)
    return {
      network: this.network,
      self,
      application: this.ledger,
      latest: () => ({ height: this.height, state: this.state }),
      epochAt: () => this.network.genesis,
      status: () => this.core,
      health: () => this.report,
      stallCounts: () => ({ fetched: 0 }),
      evidence: { list: () => this.evidence, proof: (hash) => this.proofs.get(hash) ?? null },
      subscribe: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      message: async (feed, sequence) =>
        this.log.find((message) => message.author === feed && message.sequence === sequence) ?? null,
      messageByKey: async (key) => this.log.find((message) => message.key === key) ?? null,
      replicatedTo: () => this.holders,
      publishTransactions: async (transactions) => {
        await this.beforePublish()
        return this.publish(lane, transactions)
      },
    }
  }

  /** A message in a validator's lane. */
  publish(lane: number, transactions: readonly Uint8Array[]): FeedMessage {
    return this.append(this.lanes[lane] ?? this.network.registrar, { type: 'transaction', transactions })
  }

  append(author: FeedId, body: Body): FeedMessage {
    const before = this.#tips.get(author)
    const sequence = (before?.sequence ?? 0) + 1
    const key = messageKeyOf(sha256(utf8(`${author} ${sequence} ${body.type}`)))
    const message = {
      key,
      author,
      sequence,
      previous: before?.key ?? null,
      timestamp: sequence,
      size: 1000,
      body,
    }
    this.#tips.set(author, message)
    this.log.push(message)
    this.tell({ kind: 'messages', messages: [message] })
    return message
  }

  /** Two messages that their lane's key signed for one place. */
  forkOf(lane: number): readonly [ClassicMessage, ClassicMessage] {
    const identity = this.#identityOf(this.lanes[lane] ?? this.network.registrar)
    const branch = (text: string) => signedMessage(identity, undefined, { type: 'post', text }).value
    return [branch('one'), branch('other')]
  }

  tell(event: HostEvent<LedgerState>): void {
    this.history.push(event)
    for (const listener of this.#listeners) listener(event)
  }

  /** Tells a listener everything again, as a node does when it starts. */
  replay(): void {
    for (const event of this.history) for (const listener of this.#listeners) listener(event)
  }

  /** Proposes everything in the lanes. */
  assemble(): FeedMessage & { readonly body: AssembledBody } {
    const height = this.height + 1
    const cut = this.lanes.map((feed, lane) => {
      const tip = this.#tips.get(feed)
      return tip
        ? { sequence: tip.sequence, tip: tip.key }
        : (this.#cut[lane] ?? { sequence: 0, tip: NO_MESSAGE })
    })
    const placed = this.#content(cut)
    const facts = {
      cutRoot: cutRoot(
        this.lanes.map((feed, lane) => ({ feed, ...(cut[lane] ?? { sequence: 0, tip: NO_MESSAGE }) })),
      ),
      txRoot: txRoot(placed.map((tx) => transactionLeaf(tx.lane, tx.sequence, tx.index, tx.bytes))),
      txCount: placed.length,
    }
    const { chainId } = this.network
    const slot = emptyBlock(chainId, height, this.#slot)
    const block = blockId({
      chainId,
      epoch: this.network.genesis.number,
      height,
      slot,
      parent: this.#parent,
      ...facts,
    })
    const body: AssembledBody = {
      type: 'assembled',
      height,
      round: 0,
      slot: NO_MESSAGE,
      block,
      parent: this.#parent,
      parentCertificate: null,
      cut: cut.flatMap((tip, lane) =>
        tip.sequence > (this.#cut[lane]?.sequence ?? 0) ? [{ lane, ...tip }] : [],
      ),
      ...facts,
      have: cut.map(({ sequence }) => sequence),
      seen: [],
      base: -1,
      justify: { skipped: null, precommitted: null },
    }
    return { ...this.append(this.#messagenode('block-assembler'), body), body }
  }

  /** Decides and executes a proposal. */
  decide(assembled = this.assemble()): void {
    const { height, block, cut } = assembled.body
    const next = this.#cut.map((tip, lane) => cut.find((advance) => advance.lane === lane) ?? tip)
    const transactions = this.#content(next)
    const { state, codes } = this.ledger.executeBlock(this.state, { height, transactions, cut: next })
    const value = { block, xRoot: xRoot(codes) }
    const stateRoot = this.ledger.root(state)
    this.#values.set(height, { ...value, assembled: assembled.key, stateRoot })
    this.append(this.#messagenode('precommit-counter'), this.#certificate('precommitted', height))
    const certificate = this.append(
      this.#messagenode('commit-counter'),
      this.#certificate('committed', height),
    )
    this.#cut = next.map(({ sequence, tip }) => ({ sequence, tip }))
    this.#parent = block
    this.#slot = emptyBlock(this.network.chainId, height, this.#slot)
    this.height = height
    this.state = state
    this.core = { ...this.core, height: height + 1 }
    this.tell({ kind: 'decided', height, value, certificate: certificate.key })
    const executed = { height, value, assembled, transactions, codes, state, stateRoot }
    this.tell({ kind: 'executed', block: executed } satisfies ChainEffect<LedgerState>)
  }

  seal(height = this.height): void {
    const certificate = this.append(this.#messagenode('seal-counter'), this.#certificate('sealed', height))
    this.tell({ kind: 'sealed', height, certificate: certificate.key })
  }

  #content(cut: readonly LaneTip[]): PlacedTransaction[] {
    return this.lanes.flatMap((feed, lane) =>
      this.log
        .filter(({ author, sequence }) => author === feed && sequence > (this.#cut[lane]?.sequence ?? 0))
        .filter(({ sequence }) => sequence <= (cut[lane]?.sequence ?? 0))
        .flatMap(({ sequence, body }) =>
          body.type === 'transaction'
            ? body.transactions.map((bytes, index) => ({ lane, sequence, index, bytes }))
            : [],
        ),
    )
  }

  #messagenode(role: 'block-assembler' | 'precommit-counter' | 'commit-counter' | 'seal-counter'): FeedId {
    const [first] = this.network.genesis.messagenodes
    if (!first) throw new RangeError('the fixture has a Messagenode')
    return first.roles[role]
  }

  #certificate(type: CertificateBody['type'], height: number): CertificateBody {
    const value = this.#values.get(height)
    if (!value) throw new RangeError('certificates are made of decided blocks')
    const stage = type === 'precommitted' ? 'precommit' : type === 'committed' ? 'commit' : 'seal'
    const electorate = electorateOf(this.network, this.network.genesis)
    const stateRoot = stage === 'seal' ? value.stateRoot : null
    const { chainId } = this.network
    const { assembled, block, xRoot: results } = value
    const bytes = voteBytes({
      chainId,
      epoch: this.network.genesis.number,
      stage,
      height,
      round: 0,
      block,
      xRoot: results,
      stateRoot,
    })
    const entries = Array.from({ length: electorate.quorum }, (_, index) => {
      const roleKey = stageKey(electorate, stage, index) ?? this.network.registrar
      return { index, roleKey, signature: sign(this.#identityOf(roleKey), bytes) }
    })
    return {
      type,
      skip: false,
      height,
      round: 0,
      assembled,
      block,
      xRoot: results,
      stateRoot,
      signers: entries.map(({ index }) => index),
      signatures: entries.map(({ signature }) => signature),
      root: certificateRoot(stage, entries),
    }
  }

  #identityOf(feed: FeedId): RoleIdentity {
    const roles = this.#test.members.flatMap((member) => member.roles)
    const identity = roles.find(({ id }) => id === feed)
    if (!identity) throw new RangeError('the fixture holds every role key')
    return identity
  }
}
