import type { FeedId, Hash } from '../feeds/index.js'
import {
  chainApplication,
  type ChainState,
  closedLanes,
  type Context,
  type Cut,
  cutAfter,
  type Effect,
  type ExecutedBlock,
  genesisOrigin,
} from '../protocol/index.js'
import type { StateThen } from './moment.js'

/** The blocks that a node executed, one after the other, up to a height at most. */
export class History {
  height = 0
  cut: Cut
  /** Highest heights of which the node had a certificate, whether or not it had executed them. */
  decided = 0
  sealed = 0
  #block: ExecutedBlock | null = null
  #genesis: { readonly block: Hash; readonly state: ChainState<unknown> }
  #totals = { transactions: 0, failed: 0 }

  constructor(
    private readonly context: Context<unknown>,
    private readonly limit: number,
  ) {
    const { cut, value, state } = genesisOrigin(context)
    this.cut = cut
    this.#genesis = { block: value.block, state }
  }

  /** Lanes that the chain has closed. */
  get closed(): ReadonlySet<FeedId> {
    return new Set(closedLanes(this.#state).map(({ lane }) => lane))
  }

  /** Takes what the core did. */
  take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'decided') this.decided = Math.max(this.decided, effect.height)
      if (effect.kind === 'sealed') this.sealed = Math.max(this.sealed, effect.height)
      if (effect.kind === 'executed' && effect.block.height <= this.limit) this.#execute(effect.block)
    }
  }

  /** What the last block left, and what the application answers to these paths of it. */
  stateThen(paths: readonly string[]): StateThen {
    const application = chainApplication(this.context)
    const state = this.#state
    const { transactions, failed } = this.#totals
    return {
      height: this.height,
      block: this.#block?.value.block ?? this.#genesis.block,
      round: this.#block?.assembled.body.round ?? null,
      stateRoot: application.root(state),
      roots: application.roots(state),
      transactions: this.#block?.transactions.length ?? 0,
      failed: this.#block ? failedIn(this.#block) : 0,
      totalTransactions: transactions,
      totalFailed: failed,
      answers: paths.map((path) => ({ path, answer: application.query(state, path) })),
    }
  }

  get #state(): ChainState<unknown> {
    return this.#block?.state ?? this.#genesis.state
  }

  #execute(block: ExecutedBlock): void {
    this.#block = block
    this.height = block.height
    this.cut = cutAfter(this.cut, block.assembled.body.cut)
    this.#totals.transactions += block.transactions.length
    this.#totals.failed += failedIn(block)
  }
}

export const failedIn = ({ codes }: Pick<ExecutedBlock, 'codes'>): number =>
  codes.reduce((count, code) => count + (code === 0 ? 0 : 1), 0)
