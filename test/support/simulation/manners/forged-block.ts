import {
  blockId,
  cutRoot,
  emptyBlock,
  type FeedMessage,
  type Hash,
  type LaneTip,
  NO_MESSAGE,
  transactionLeaf,
  txRoot,
} from '../../../../src/feeds/index.js'
import { lanesOf } from '../../../../src/roles/index.js'
import type { Circumstances } from '../behaviour.js'
import type { DraftOf } from './say.js'

/** What an assembler could propose besides what its core does: other cuts of the same lanes, all else made to fit. */
export class ForgedBlocks {
  /** Cut of every block that this node executed, by height. */
  readonly #cuts = new Map<number, readonly LaneTip[]>()
  readonly #slots: Hash[]

  constructor(private readonly circumstances: Circumstances) {
    const { self, world } = circumstances
    const { chainId, genesis } = world.cast.network
    this.#slots = [emptyBlock(chainId, 0, null)]
    this.#cuts.set(
      0,
      lanesOf(genesis).map(() => ({ sequence: 0, tip: NO_MESSAGE })),
    )
    world.observe({
      stepped: (node, _event, effects) => {
        if (node !== self) return
        for (const effect of effects) {
          if (effect.kind === 'executed') this.#executed(effect.block.height, effect.block.assembled.body)
        }
      },
    })
  }

  /** Where the block before a proposal cut the lanes; undefined before this node has executed that block. */
  parentOf({ height }: Pick<Proposal, 'height'>): readonly LaneTip[] | undefined {
    return this.#cuts.get(height - 1)
  }

  /** A proposal of the lanes up to these sequences, by lane index. A lane may also be cut behind its parent's cut. */
  propose(proposal: Proposal, sequences: readonly number[]): Proposal {
    const parent = this.parentOf(proposal) ?? []
    const cut = parent.map((start, lane) => this.#tipAt(lane, sequences[lane] ?? start.sequence))
    const facts = { cutRoot: this.#rootOf(cut), ...this.#contentOf(parent, cut) }
    const { network } = this.circumstances.world.cast
    const block = blockId({
      chainId: network.chainId,
      epoch: network.genesis.number,
      height: proposal.height,
      slot: this.#slotAt(proposal.height),
      parent: proposal.parent,
      ...facts,
    })
    const moved = (to: LaneTip, lane: number) => to.sequence !== (parent[lane]?.sequence ?? 0)
    return {
      ...proposal,
      ...facts,
      block,
      cut: cut.flatMap((to, lane) => (moved(to, lane) ? [{ lane, ...to }] : [])),
    }
  }

  #executed(height: number, { cut }: Pick<Proposal, 'cut'>): void {
    const after = [...(this.#cuts.get(height - 1) ?? [])]
    for (const { lane, sequence, tip } of cut) after[lane] = { sequence, tip }
    this.#cuts.set(height, after)
  }

  #lane(lane: number, from: number, count?: number): readonly FeedMessage[] {
    const { self, world } = this.circumstances
    const feed = lanesOf(world.cast.network.genesis)[lane]
    return feed === undefined ? [] : self.store.from(feed, from, count)
  }

  #tipAt(lane: number, sequence: number): LaneTip {
    const [message] = sequence > 0 ? this.#lane(lane, sequence, 1) : []
    return { sequence, tip: message?.key ?? NO_MESSAGE }
  }

  #rootOf(cut: readonly LaneTip[]): Hash {
    const lanes = lanesOf(this.circumstances.world.cast.network.genesis)
    return cutRoot(lanes.map((feed, lane) => ({ feed, ...(cut[lane] ?? { sequence: 0, tip: NO_MESSAGE }) })))
  }

  #contentOf(parent: readonly LaneTip[], cut: readonly LaneTip[]) {
    const leaves = cut.flatMap(({ sequence }, lane) => {
      const from = (parent[lane]?.sequence ?? 0) + 1
      return this.#lane(lane, from, Math.max(0, sequence - from + 1)).flatMap((message) =>
        message.body.type === 'transaction'
          ? message.body.transactions.map((bytes, index) =>
              transactionLeaf(lane, message.sequence, index, bytes),
            )
          : [],
      )
    })
    return { txRoot: txRoot(leaves), txCount: leaves.length }
  }

  #slotAt(height: number): Hash {
    for (let next = this.#slots.length; next <= height; next++) {
      const before = this.#slots[next - 1] ?? null
      this.#slots.push(emptyBlock(this.circumstances.world.cast.network.chainId, next, before))
    }
    const slot = this.#slots[height]
    if (slot === undefined) throw new RangeError(`no slot ${height}`)
    return slot
  }
}

export type Proposal = DraftOf<'assembled'>
