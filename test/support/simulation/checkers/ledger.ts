import { NO_MESSAGE } from '../../../../src/feeds/index.js'
import type { FeedId, FeedMessage, Hash, MessageKey, Value } from '../../../../src/feeds/index.js'
import { chainApplication } from '../../../../src/protocol/index.js'
import type {
  ChainApplication,
  ChainState,
  Effect,
  Event,
  ExecutedBlock,
  PlacedTransaction,
  Verify,
} from '../../../../src/protocol/index.js'
import { lanesOf } from '../../../../src/roles/index.js'
import type { Network } from '../../../../src/roles/index.js'
import { toHex } from '../../../../src/util/index.js'
import { counterApplication } from '../counter-application.js'
import type { CounterState } from '../counter-application.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'
import { isSameContent } from './same-content.js'

/** How far a node's chain has come in its present life. */
export interface Progress {
  readonly decided: number
  readonly executed: number
  readonly sealed: number
}

/**
 * Agreement and chain validity, recomputed from the lanes themselves and not from what a core says: one value and
 * one state per height, cuts that only grow, every transaction of a lane once and in its order.
 */
export class LedgerChecker implements Observer {
  readonly #messages = new Map<MessageKey, FeedMessage>()
  readonly #values = new Map<number, Value>()
  readonly #blocks: Block[] = []
  readonly #progress = new Map<SimulatedNode, Progress>()

  readonly #application: ChainApplication<CounterState>

  constructor(
    private readonly network: Network,
    verify: Verify,
  ) {
    this.#application = chainApplication({ application: counterApplication, verify })
  }

  /** Highest block that any correct node executed. */
  get height(): number {
    return this.#blocks.length
  }

  progressOf(node: SimulatedNode): Progress {
    return this.#progress.get(node) ?? NOTHING_YET
  }

  /** Last sequence of each lane that the chain has taken, by lane index. */
  get cut(): readonly number[] {
    return this.#blocks.at(-1)?.cut ?? this.#genesisCut()
  }

  /** Whether the chain has closed a lane. */
  hasClosed(lane: FeedId): boolean {
    return this.#blocks.at(-1)?.state.registry.closed.has(lane) ?? false
  }

  published(_node: SimulatedNode, message: FeedMessage): void {
    this.#messages.set(message.key, message)
  }

  booted(node: SimulatedNode): void {
    this.#progress.set(node, NOTHING_YET)
  }

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct) return
    for (const effect of effects) {
      if (effect.kind === 'decided') this.#decided(node, effect.height, effect.value)
      if (effect.kind === 'executed') this.#executed(node, effect.block)
      if (effect.kind === 'sealed') this.#sealed(node, effect.height)
    }
  }

  /** Seal certificates may come in any order; a later one covers the earlier. */
  #sealed(node: SimulatedNode, height: number): void {
    this.#advance(node, { sealed: Math.max(height, this.progressOf(node).sealed) })
  }

  #decided(node: SimulatedNode, height: number, value: Value): void {
    const { decided } = this.progressOf(node)
    const agreed = this.#values.get(height) ?? value
    this.#values.set(height, agreed)
    const facts = { node: node.name, height, value, agreed }
    expectThat(agreed.block === value.block && agreed.xRoot === value.xRoot, 'disagreement', facts)
    expectThat(height === decided + 1, 'height-skipped', { ...facts, decided })
    this.#advance(node, { decided: height })
  }

  #executed(node: SimulatedNode, block: ExecutedBlock): void {
    const { executed, decided } = this.progressOf(node)
    const facts = { node: node.name, height: block.height }
    expectThat(block.height === executed + 1, 'execution-out-of-order', { ...facts, executed })
    expectThat(block.height <= decided, 'executed-before-decided', facts)
    this.#advance(node, { executed: block.height })
    const agreed = this.#blocks[block.height - 1] ?? this.#replay(block, facts)
    this.#blocks[block.height - 1] = agreed
    expectThat(
      this.#application.root(block.state as ChainState<CounterState>) === agreed.stateRoot,
      'wrong-state',
      facts,
    )
    expectThat(block.stateRoot === agreed.stateRoot, 'wrong-state-root', facts)
    if (!isSameContent(block, agreed)) {
      const transactions = block.transactions.map(describePlaced).join()
      const expected = agreed.transactions.map(describePlaced).join()
      expectThat(transactions === expected, 'wrong-transactions', {
        ...facts,
        transactions,
        agreed: expected,
      })
      expectThat(false, 'wrong-codes', facts)
    }
    expectThat(this.#values.get(block.height)?.block === block.value.block, 'executed-another-block', facts)
  }

  /** Executes a block again, from the lanes and the state before it. */
  #replay(block: ExecutedBlock, facts: Facts): Block {
    const { assembled, height } = block
    const before = this.#blocks.at(-1)
    const { parent, cut: advances, txCount } = assembled.body
    expectThat(parent === (before?.value ?? this.network.chainId), 'wrong-parent', facts)
    const cut = [...this.cut]
    const tips = [...(before?.tips ?? cut.map(() => null))]
    const transactions: PlacedTransaction[] = []
    let bytes = 0
    let laneBefore = -1
    for (const { lane, sequence, tip } of advances) {
      const from = cut[lane]
      expectThat(from !== undefined && lane > laneBefore && sequence > from, 'cut-not-growing', {
        ...facts,
        lane,
      })
      for (const message of this.#stretch(tip, sequence, from, tips[lane] ?? null, facts)) {
        bytes += message.size
        const held = message.body.type === 'transaction' ? message.body.transactions : []
        held.forEach((transaction, index) => {
          transactions.push({ lane, sequence: message.sequence, index, bytes: transaction })
        })
      }
      laneBefore = lane
      cut[lane] = sequence
      tips[lane] = tip
    }
    const { capacity } = this.network.parameters
    expectThat(txCount === transactions.length, 'wrong-count', facts)
    expectThat(txCount <= capacity.transactions && bytes <= capacity.bytes, 'over-capacity', facts)
    const state = before?.state ?? this.#application.genesis(this.network)
    const cutTips = cut.map((sequence, lane) => ({ sequence, tip: tips[lane] ?? NO_MESSAGE }))
    const after = this.#application.executeBlock(state, { height, transactions, cut: cutTips })
    return {
      value: block.value.block,
      cut,
      tips,
      state: after.state,
      stateRoot: this.#application.root(after.state),
      codes: after.codes,
      transactions,
    }
  }

  /** The messages of a lane from the parent's cut to a tip, following the chain that the tip names. */
  #stretch(
    tip: MessageKey,
    sequence: number,
    from: number,
    fromTip: MessageKey | null,
    facts: Facts,
  ): FeedMessage[] {
    const messages: FeedMessage[] = []
    let key: MessageKey | null = tip
    for (let expected = sequence; expected > from; expected--) {
      const message: FeedMessage | undefined = key === null ? undefined : this.#messages.get(key)
      expectThat(message?.sequence === expected, 'lane-broken', { ...facts, expected })
      messages.push(message)
      key = message.previous
    }
    expectThat(key === fromTip, 'lane-detached', facts)
    return messages.reverse()
  }

  #advance(node: SimulatedNode, progress: Partial<Progress>): void {
    this.#progress.set(node, { ...this.progressOf(node), ...progress })
  }

  #genesisCut(): number[] {
    return lanesOf(this.network.genesis).map(() => 0)
  }
}

const describePlaced = ({ lane, sequence, index, bytes }: PlacedTransaction): string =>
  `${lane}/${sequence}/${index}/${toHex(bytes)}`

const NOTHING_YET: Progress = { decided: 0, executed: 0, sealed: 0 }

type Facts = Readonly<Record<string, unknown>>

interface Block {
  readonly value: Hash
  readonly cut: readonly number[]
  /** By lane: the message that the cut ends at, null before the first. */
  readonly tips: readonly (MessageKey | null)[]
  readonly state: ChainState<CounterState>
  readonly stateRoot: Hash
  readonly codes: Uint8Array
  /** In block order. */
  readonly transactions: readonly PlacedTransaction[]
}
