import {
  challengeAt,
  checkBlock,
  connectBlock,
  forkProof,
  type ForkProof,
  isProven,
  type PolicyRules,
} from '../chain/index.js'
import { type Block, blockHash, type Transaction } from '../codec/index.js'
import type { OceanConf } from '../conf/index.js'
import { equalBytes } from '../../util/index.js'
import type { ChainState } from './chain-state.js'
import { policyRules } from './configuration.js'
import type { ForkBook, KnownFork } from './fork-book.js'
import { Mempool, type Verdict } from './mempool.js'
import type { Documents, OceanNode } from './ocean-node.js'
import { propose } from './propose.js'
import { NO_RELAY, type Peer, type Relay } from './relay.js'

export interface Parts {
  readonly conf: OceanConf
  readonly chain: ChainState
  readonly documents: Documents
  readonly contractHash: string
  /** Seconds. */
  readonly now: () => number
  readonly forks: ForkBook
  /** Told once of each fork that is newly known: its signers broke their word. */
  readonly onFork: (fork: KnownFork) => void
  readonly onStop: () => void
  readonly isAnswered: (name: string) => boolean
}

const MEMPOOL_BYTES = 300_000_000

/** Chain and mempool behind the one interface that calls see. Blocks are taken one after the other. */
export class EmbeddedNode implements OceanNode {
  readonly mempool: Mempool
  readonly #rules: PolicyRules
  #relay: Relay = NO_RELAY
  #turn: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: Parts) {
    const { conf, chain } = parts
    this.#rules = policyRules(conf)
    this.mempool = new Mempool(chain, chain.lists, chain.parameters, {
      rules: this.#rules,
      fixedFee: conf.node.policy.fixedFee,
      maxBytes: MEMPOOL_BYTES,
    })
  }

  get conf(): OceanConf {
    return this.parts.conf
  }

  get chain(): ChainState {
    return this.parts.chain
  }

  get parameters() {
    return this.chain.parameters
  }

  get documents(): Documents {
    return this.parts.documents
  }

  get forks(): readonly KnownFork[] {
    return this.parts.forks.all
  }

  peers(): readonly Peer[] {
    return this.#relay.peers()
  }

  /** From now on the relay is told of all that is new here. */
  attach(relay: Relay): void {
    this.#relay = relay
  }

  now(): number {
    return this.parts.now()
  }

  isAnswered(name: string): boolean {
    return this.parts.isAnswered(name)
  }

  stop(): void {
    this.parts.onStop()
  }

  propose(): Block {
    return propose({
      context: this.chain.nextContext(this.now()),
      waiting: this.mempool.all.map(({ transaction }) => transaction),
      contractHash: this.parts.contractHash,
      mappingHash: this.documents.mappingHash(),
    })
  }

  /** Why a proposal may not be signed, if it may not. */
  judgeProposal(block: Block): string | undefined {
    const context = this.chain.nextContext(this.now())
    if (this.chain.heightOf(blockHash(block.header)) !== undefined) return 'already have block'
    if (block.header.previousHash !== context.previousHash) return 'proposal was not based on our best chain'
    const refusal = checkBlock(block, context) ?? connectBlock(block, this.chain, this.parameters).refusal
    return refusal?.reason
  }

  submit(block: Block): Promise<string | null> {
    const turn = this.#turn.then(() => this.#submit(block))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #submit(block: Block): Promise<string | null> {
    const { header, transactions } = block
    if (this.chain.heightOf(blockHash(header)) !== undefined) return 'duplicate'
    if (!isProven(header)) return 'block-proof-invalid'
    const context = this.chain.nextContext(this.now())
    if (header.previousHash !== context.previousHash) return this.#aside(block)
    const refusal = checkBlock(block, context)
    if (refusal) return refusal.reason
    const { connected, refusal: unconnected } = connectBlock(block, this.chain, this.parameters)
    if (unconnected) return unconnected.reason
    await this.chain.append(block, connected.changes)
    this.mempool.settle(transactions)
    this.#relay.tookBlock(block)
    return null
  }

  /** A block beside the chain: a fork if it has the signatures of its height. */
  async #aside(block: Block): Promise<string> {
    const parent = this.chain.heightOf(block.header.previousHash)
    if (parent === undefined) return 'bad-prevblk'
    const height = parent + 1
    if (!equalBytes(block.header.challenge, challengeAt(this.parameters, height))) return 'bad-diffbits'
    const kept = this.chain.entryAt(height)
    if (block.header.height !== height || !kept) return 'bad-header-height'
    await this.noteFork(forkProof(kept.header, block.header), block)
    return 'inconclusive'
  }

  /** Writes a fork down and reports it, if it is proved and not known yet. */
  async noteFork(proof: ForkProof, lost?: Block): Promise<void> {
    const fork = await this.parts.forks.add(proof, lost)
    if (!fork) return
    this.parts.onFork(fork)
    this.#relay.forked(proof)
  }

  broadcast(transaction: Transaction, allowsHighFees = false): Verdict {
    const verdict = this.mempool.judge(transaction, this.#surroundings(allowsHighFees))
    if (verdict.verdict !== 'accepted') return verdict
    this.mempool.add(verdict.waiting)
    this.#relay.tookTransaction(transaction)
    return verdict
  }

  /** As `testmempoolaccept` does: without the lists. */
  judge(transaction: Transaction): Verdict {
    const rules = { ...this.#rules, freezeList: false, burnList: false, pkhWhitelist: false }
    return this.mempool.judge(transaction, this.#surroundings(false), rules)
  }

  #surroundings(allowsHighFees: boolean) {
    const { height } = this.chain
    return { height, medianTime: this.chain.medianTimeAt(height), now: this.now(), allowsHighFees }
  }

  /** Waits for the block that is being written, and lets the directory go. */
  async close(): Promise<void> {
    await this.#turn
    await this.chain.store.close()
  }
}
