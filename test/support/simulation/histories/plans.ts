import {
  blockId,
  cutRoot,
  emptyBlock,
  type FeedMessage,
  type Hash,
  type LaneAdvance,
  type LaneTip,
  NO_MESSAGE,
  transactionLeaf,
  txRoot,
  xRoot,
} from '../../../../src/feeds/index.js'
import {
  type ChainApplication,
  type ChainState,
  chainApplication,
  cutAfter,
  fairFill,
  genesisOrigin,
} from '../../../../src/protocol/index.js'
import type { Context } from '../../../../src/protocol/index.js'
import { lanesOf } from '../../../../src/roles/index.js'
import type { CounterState } from '../counter-application.js'
import type { Scribe } from './scribe.js'

/** A block that might be, with what executing it gives. */
export interface Plan {
  readonly height: number
  readonly parent: Plan | null
  readonly block: Hash
  readonly advances: readonly LaneAdvance[]
  readonly cut: readonly LaneTip[]
  readonly cutRoot: Hash
  readonly txRoot: Hash
  readonly txCount: number
  readonly xRoot: Hash
  readonly state: ChainState<CounterState>
  readonly stateRoot: Hash
  /** Whether its lanes go on from where the parent left them: no correct validator votes for another. */
  readonly isWhole: boolean
}

type Roots = Pick<Plan, 'cutRoot' | 'txRoot' | 'txCount'>

/** Makes blocks out of what was written, and whatever they commit to fits them. */
export class Planner {
  readonly genesis: Plan
  readonly #application: ChainApplication<CounterState>
  readonly #slots: Hash[]

  constructor(
    private readonly context: Context<CounterState>,
    private readonly scribe: Scribe,
  ) {
    this.#application = chainApplication(context)
    const { value, cut, state, slot } = genesisOrigin(context)
    this.#slots = [slot]
    const roots = { cutRoot: slot, txRoot: slot, txCount: 0, stateRoot: this.#application.root(state) }
    this.genesis = { height: 0, parent: null, ...value, advances: [], cut, ...roots, state, isWhole: true }
  }

  /** E(h). */
  slotAt(height: number): Hash {
    const { chainId } = this.context.network
    for (let next = this.#slots.length; next <= height; next++) {
      this.#slots.push(emptyBlock(chainId, next, this.#slots[next - 1] ?? null))
    }
    return this.#slots[height] ?? chainId
  }

  plan(parent: Plan, advances: readonly LaneAdvance[]): Plan {
    const height = parent.height + 1
    const cut = cutAfter(parent.cut, advances)
    const stretches = advances.map((advance) => this.#stretch(parent, advance))
    const content = stretches.flatMap(({ messages, lane }) =>
      messages.flatMap((message) =>
        transactionsIn(message).map((bytes, index) => ({ lane, sequence: message.sequence, index, bytes })),
      ),
    )
    const leaves = content.map(({ lane, sequence, index, bytes }) =>
      transactionLeaf(lane, sequence, index, bytes),
    )
    const lanes = lanesOf(this.context.network.genesis)
    const facts = {
      cutRoot: cutRoot(lanes.map((feed, lane) => ({ feed, ...(cut[lane] ?? NOTHING) }))),
      txRoot: txRoot(leaves),
      txCount: leaves.length,
    }
    const block = this.idOf(height, parent.block, facts)
    const { state, codes } = this.#application.executeBlock(parent.state, {
      height,
      transactions: content,
      cut,
    })
    const results = { xRoot: xRoot(codes), state, stateRoot: this.#application.root(state) }
    const isWhole = stretches.every((stretch) => stretch.isWhole)
    return { height, parent, block, advances, cut, ...facts, ...results, isWhole }
  }

  idOf(height: number, parent: Hash, { cutRoot, txRoot, txCount }: Roots): Hash {
    const { chainId, genesis } = this.context.network
    const slot = this.slotAt(height)
    return blockId({ chainId, epoch: genesis.number, height, slot, parent, cutRoot, txRoot, txCount })
  }

  /** What fairFill takes from these branches of the lanes, each held up to so many messages. */
  fair(parent: Plan, branches: readonly (readonly FeedMessage[])[], have: readonly number[]): LaneAdvance[] {
    const fill = fairFill({
      height: parent.height + 1,
      parent: parent.cut.map(({ sequence }) => sequence),
      have,
      caps: this.context.network.parameters.capacity,
      closed: this.#closedAt(parent),
      message: (lane, sequence) => {
        const message = branches[lane]?.[sequence - 1]
        return message && { ...message, transactions: transactionsIn(message) }
      },
    })
    if (fill.kind === 'missing') return []
    return fill.cut.flatMap((sequence, lane) => {
      const tip = branches[lane]?.[sequence - 1]?.key
      return tip !== undefined && sequence > (parent.cut[lane]?.sequence ?? 0)
        ? [{ lane, sequence, tip }]
        : []
    })
  }

  #closedAt({ state }: Plan): Set<number> {
    const lanes = lanesOf(this.context.network.genesis)
    return new Set(lanes.flatMap((feed, lane) => (state.registry.closed.has(feed) ? [lane] : [])))
  }

  /** What lies between the parent's tip of a lane and this one, as far as it was written. */
  #stretch(parent: Plan, { lane, sequence, tip }: LaneAdvance) {
    const from = parent.cut[lane] ?? NOTHING
    const messages: FeedMessage[] = []
    let key = tip
    let isWhole = true
    for (let place = sequence; place > from.sequence; place--) {
      const message = this.scribe.get(key)
      if (message?.sequence !== place) isWhole = false
      if (!message) break
      messages.push(message)
      key = message.previous ?? NO_MESSAGE
    }
    return { lane, messages: messages.reverse(), isWhole: isWhole && key === from.tip }
  }
}

export const transactionsIn = ({ body }: FeedMessage): readonly Uint8Array[] =>
  body.type === 'transaction' ? body.transactions : []

const NOTHING: LaneTip = { sequence: 0, tip: NO_MESSAGE }
