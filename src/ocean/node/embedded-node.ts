import { challengeAt, checkBlock, connectBlock, forkProof, type ForkProof, isProven } from '../chain/index.js'
import { type Block, blockHash, type Transaction } from '../codec/index.js'
import type { OceanConf } from '../conf/index.js'
import { equalBytes } from '../../util/index.js'
import type { Wallet } from '../wallet/index.js'
import type { AssetHistory } from './asset-history.js'
import type { ChainState } from './chain-state.js'
import { policyRules } from './configuration.js'
import type { ForkBook, KnownFork } from './fork-book.js'
import { Mempool, type Verdict } from './mempool.js'
import type { Documents, OceanNode } from './ocean-node.js'
import { propose } from './propose.js'
import { NO_RELAY, type Peer, type Relay } from './relay.js'
import { scanBlocks } from './scan.js'

export interface Parts {
  readonly conf: OceanConf
  readonly chain: ChainState
  readonly documents: Documents
  readonly directory: string
  readonly wallet: Wallet
  readonly history: AssetHistory
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
  #relay: Relay = NO_RELAY
  #turn: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: Parts) {
    const { conf, chain } = parts
    this.mempool = new Mempool(chain, chain.lists, chain.parameters, {
      rules: policyRules(conf),
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

  get wallet(): Wallet {
    return this.parts.wallet
  }

  get history(): AssetHistory {
    return this.parts.history
  }

  get directory(): string {
    return this.parts.directory
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
    this.history.add(block)
    this.#showWallet(block)
    this.wallet.blockSeen(header.height)
    this.#relay.tookBlock(block)
    return null
  }

  #showWallet({ header: { height, time }, transactions }: Block): void {
    transactions.forEach((transaction, index) => this.wallet.mined(transaction, { height, index, time }))
  }

  rescan(): Promise<void> {
    return scanBlocks(this.chain, 0, (block) => {
      this.history.add(block)
      this.#showWallet(block)
    })
  }

  /** What the wallet missed while it was away, and what of its own no block has yet. */
  async catchUp(): Promise<void> {
    if (this.conf.node.rescan) await this.rescan()
    await scanBlocks(this.chain, this.wallet.scanned + 1, (block) => {
      this.#showWallet(block)
      this.wallet.blockSeen(block.header.height)
    })
    const { ledger } = this.wallet
    const waiting = ledger.all.filter((entry) => !entry.place && !entry.isAbandoned)
    for (const { transaction } of waiting) this.broadcast(transaction)
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
    this.wallet.heard(transaction)
    this.#relay.tookTransaction(transaction)
    return verdict
  }

  /** As `testmempoolaccept` does: without the lists. */
  judge(transaction: Transaction): Verdict {
    return this.mempool.judge(transaction, this.#surroundings(false), true)
  }

  #surroundings(allowsHighFees: boolean) {
    const { height } = this.chain
    return { height, medianTime: this.chain.medianTimeAt(height), now: this.now(), allowsHighFees }
  }

  /** Waits for the block that is being written, and lets the directory go. */
  async close(): Promise<void> {
    await this.#turn
    this.wallet.close()
    await this.chain.store.close()
  }
}
