import {
  blockId,
  type Body,
  type CertifiedStage,
  certificateRoot,
  cutRoot,
  type Electorate,
  emptyBlock,
  encodeBody,
  type FeedId,
  type Hash,
  type LaneTip,
  type MessageKey,
  NO_MESSAGE,
  stageKey,
  transactionLeaf,
  txRoot,
  voteBytes,
  xRoot,
} from '../../../src/feeds/index.js'
import { type LedgerState, storeLedger } from '../../../src/ledger/index.js'
import { chainApplication, type ChainState } from '../../../src/protocol/index.js'
import {
  electorateOf,
  lanesOf,
  type Network,
  type NodeIdentity,
  verifyBytes,
} from '../../../src/roles/index.js'
import { sign } from '../../../src/roles/index.js'
import type { StoredMessage } from '../../../plugins/exchange/index.js'
import { TestAccount } from '../account.js'
import { testNetwork, type TestNetwork } from '../network.js'
import { at } from '../protocol/scene.js'
import { signedMessage } from '../signed-feed.js'

const VALIDATORS = [0, 1, 2, 3]
const STAGES = ['precommit', 'commit', 'seal'] as const
const COUNTER_OF = { precommit: 'precommit-counter', commit: 'commit-counter', seal: 'seal-counter' } as const
const CERTIFICATE_OF = { precommit: 'precommitted', commit: 'committed', seal: 'sealed' } as const
const VOTER_OF = { precommit: 'precommitter', commit: 'committer', seal: 'sealer' } as const

/** Messages of each block: one of a lane, the proposal, and at three stages four votes and a certificate. */
export const MESSAGES_PER_BLOCK = 17

/**
 * The feeds of four validators and a Messagenode that agree on one transaction after the other, signed as nodes sign
 * them, made one block at a time without a network. Nothing is kept but the tips, so that there may be millions.
 */
export class LongChain {
  readonly account = new TestAccount('long chain')
  readonly setup: TestNetwork
  readonly lanes: readonly FeedId[]
  readonly #application = chainApplication<LedgerState>({
    application: storeLedger({ verify: verifyBytes }),
    verify: verifyBytes,
  })
  readonly #electorate: Electorate
  readonly #keys: ReadonlyMap<FeedId, NodeIdentity>
  readonly #tips = new Map<FeedId, StoredMessage>()
  #height = 0
  #block: Hash
  #decision: MessageKey | null = null
  #slot: Hash
  #cut: readonly LaneTip[]
  #state: ChainState<LedgerState>

  /** @param balance of the one account: another one makes another network, of the same members. */
  constructor(balance = 10n ** 15n) {
    const balances = new Map([[this.account.id, balance]])
    this.setup = testNetwork({ validators: VALIDATORS.length, messagenodes: 1, balances })
    const { network } = this
    this.lanes = lanesOf(network.genesis)
    this.#electorate = electorateOf(network, network.genesis)
    this.#keys = keysOf(this.setup)
    this.#block = network.chainId
    this.#slot = emptyBlock(network.chainId, 0, null)
    this.#cut = this.lanes.map(() => ({ sequence: 0, tip: NO_MESSAGE }))
    this.#state = this.#application.genesis(network)
  }

  get network(): Network {
    return this.setup.network
  }

  get height(): number {
    return this.#height
  }

  /** Where the chain stands: what a checkpoint is made of. */
  get end() {
    const value = { block: this.#block, xRoot: xRoot(new Uint8Array(1)) }
    return { value, slot: this.#slot, cut: this.#cut, snapshot: this.#application.snapshot(this.#state) }
  }

  /** Every message of the next block, in the order in which a node would receive them. */
  next(): readonly StoredMessage[] {
    const { chainId, genesis: epoch } = this.network
    const height = ++this.#height
    const lane = height % VALIDATORS.length
    const bytes = this.account.record(chainId, new Uint8Array(64), { validUntil: BigInt(height + 50) })
    const content = this.#write(this.#validatorFeed(lane, 'transaction-validator'), {
      type: 'transaction',
      transactions: [bytes],
    })
    const tip = { sequence: content.value.sequence, tip: content.key }
    this.#cut = this.#cut.with(lane, tip)
    this.#slot = emptyBlock(chainId, height, this.#slot)
    const parent = this.#block
    const transactions = [{ lane, sequence: tip.sequence, index: 0, bytes }]
    const facts = {
      cutRoot: cutRoot(this.lanes.map((feed, index) => ({ feed, ...at(this.#cut, index) }))),
      txRoot: txRoot(transactions.map((each) => transactionLeaf(lane, each.sequence, 0, bytes))),
      txCount: 1,
    }
    const block = blockId({ chainId, epoch: epoch.number, height, slot: this.#slot, parent, ...facts })
    const { state, codes } = this.#application.executeBlock(this.#state, {
      height,
      transactions,
      cut: this.#cut,
    })
    this.#state = state
    this.#block = block
    const proposal = this.#write(this.#counterFeed('block-assembler'), {
      type: 'assembled',
      height,
      round: 0,
      slot: content.key,
      block,
      parent,
      parentCertificate: this.#decision,
      cut: [{ lane, ...tip }],
      ...facts,
      have: this.#cut.map(({ sequence }) => sequence),
      seen: [],
      base: -1,
      justify: { skipped: null, precommitted: null },
    })
    const value = { block, xRoot: xRoot(codes) }
    const agreed = this.#agree(height, value, this.#application.root(state), proposal.key)
    return [content, proposal, ...agreed]
  }

  /** What its author signed instead of the first message of a feed. */
  rivalOf({ value: { author } }: StoredMessage): StoredMessage {
    const body: Body = { type: 'transaction', transactions: [new Uint8Array([1])] }
    return signedMessage(this.#keyOf(author), undefined, encodeBody(body))
  }

  #agree(
    height: number,
    value: { readonly block: Hash; readonly xRoot: Hash },
    root: Hash,
    proposal: MessageKey,
  ): readonly StoredMessage[] {
    const messages: StoredMessage[] = []
    let link = proposal
    for (const stage of STAGES) {
      const stateRoot = stage === 'seal' ? root : null
      const bytes = this.#voteBytes(stage, height, { ...value, ...(stateRoot ? { stateRoot } : {}) })
      const signatures = VALIDATORS.map((index) =>
        sign(this.#keyOf(this.#validatorFeed(index, VOTER_OF[stage])), bytes),
      )
      for (const index of VALIDATORS) {
        const vote = { height, ...value, signature: at(signatures, index) }
        const feed = this.#validatorFeed(index, VOTER_OF[stage])
        if (stage === 'seal')
          messages.push(this.#write(feed, { type: 'seal', ...vote, stateRoot: root, committed: link }))
        else if (stage === 'commit')
          messages.push(this.#write(feed, { type: 'commit', ...vote, round: 0, precommitted: link }))
        else
          messages.push(
            this.#write(feed, {
              type: 'precommit',
              skip: false,
              ...vote,
              round: 0,
              assembled: link,
              exceptions: { count: 0, positions: [] },
              entry: null,
            }),
          )
      }
      const signers = VALIDATORS.slice(0, this.#electorate.quorum)
      const entries = signers.map((index) => ({
        index,
        roleKey: stageKey(this.#electorate, stage, index) ?? this.network.registrar,
        signature: at(signatures, index),
      }))
      const certificate = this.#write(this.#counterFeed(COUNTER_OF[stage]), {
        type: CERTIFICATE_OF[stage],
        skip: false,
        height,
        round: 0,
        assembled: proposal,
        ...value,
        stateRoot,
        signers,
        signatures: signers.map((index) => at(signatures, index)),
        root: certificateRoot(stage, entries),
      })
      messages.push(certificate)
      link = certificate.key
      if (stage === 'commit') this.#decision = certificate.key
    }
    return messages
  }

  #voteBytes(
    stage: CertifiedStage,
    height: number,
    value: Parameters<typeof voteBytes>[0] | object,
  ): Uint8Array {
    const { chainId, genesis } = this.network
    return voteBytes({ chainId, epoch: genesis.number, stage, height, round: 0, ...value })
  }

  #validatorFeed(
    index: number,
    role: 'transaction-validator' | (typeof VOTER_OF)[CertifiedStage & keyof typeof VOTER_OF],
  ): FeedId {
    return at(this.network.genesis.validators, index).roles[role]
  }

  #counterFeed(role: 'block-assembler' | (typeof COUNTER_OF)[keyof typeof COUNTER_OF]): FeedId {
    return at(this.network.genesis.messagenodes, 0).roles[role]
  }

  #keyOf(feed: FeedId): NodeIdentity {
    const key = this.#keys.get(feed)
    if (!key) throw new RangeError('a feed of this network')
    return key
  }

  #write(feed: FeedId, body: Body): StoredMessage {
    const message = signedMessage(this.#keyOf(feed), this.#tips.get(feed), encodeBody(body))
    this.#tips.set(feed, message)
    return message
  }
}

const keysOf = ({ members }: TestNetwork): ReadonlyMap<FeedId, NodeIdentity> =>
  new Map(members.flatMap(({ roles }) => roles).map((identity) => [identity.id, identity]))
