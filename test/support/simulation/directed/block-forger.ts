import {
  blockId,
  cutRoot,
  emptyBlock,
  NO_MESSAGE,
  transactionLeaf,
  txRoot,
} from '../../../../src/feeds/index.js'
import type { AssembledBody, FeedMessage, Hash, LaneAdvance, LaneTip } from '../../../../src/feeds/index.js'
import { Knowledge } from '../checkers/knowledge.js'
import { Lanes } from '../checkers/lanes.js'
import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'

/** What an assembler needs to lie well: everything else about its proposal fits the lie. */
export class BlockForger {
  readonly #lanes: Lanes
  readonly #world: World
  readonly #node: SimulatedNode

  constructor(world: World, node: SimulatedNode) {
    this.#world = world
    this.#node = node
    this.#lanes = new Lanes(
      world.cast.network,
      new Knowledge(world.cast.network, { ...world.cast.scheme, verify: () => true }),
    )
    world.observe(this.#lanes)
  }

  /** Where the parent of a proposal cut the lanes. */
  get parent(): readonly LaneTip[] {
    return this.#lanes.cutOf(this.#node)
  }

  get lanes(): number {
    return this.#lanes.feeds.length
  }

  /** The message that follows the parent's cut of a lane by so many. */
  after(lane: number, distance: number): FeedMessage | undefined {
    return this.#lanes.messageAt(this.#node, lane, (this.parent[lane]?.sequence ?? 0) + distance)
  }

  /** The advance of a lane up to a message. */
  advanceTo(lane: number, { sequence, key }: FeedMessage): LaneAdvance {
    return { lane, sequence, tip: key }
  }

  /** The proposal with this cut, and roots, count and block that fit it. */
  withCut(body: AssembledBody, cut: readonly LaneAdvance[]): AssembledBody {
    const leaves = cut.flatMap(({ lane, tip }) =>
      (this.#node.store.range(tip, this.parent[lane]?.sequence ?? 0) ?? []).flatMap((message) =>
        message.body.type === 'transaction'
          ? message.body.transactions.map((bytes, index) =>
              transactionLeaf(lane, message.sequence, index, bytes),
            )
          : [],
      ),
    )
    const tips: LaneTip[] = [...this.parent]
    for (const { lane, sequence, tip } of cut) tips[lane] = { sequence, tip }
    const lanes = this.#lanes.feeds.map((feed, lane) => ({
      feed,
      ...(tips[lane] ?? { sequence: 0, tip: NO_MESSAGE }),
    }))
    return this.withFacts(
      { ...body, cut },
      { cutRoot: cutRoot(lanes), txRoot: txRoot(leaves), txCount: leaves.length },
    )
  }

  /** The proposal with other facts, and the block id that they give. */
  withFacts(
    body: AssembledBody,
    facts: Partial<Pick<AssembledBody, 'cutRoot' | 'txRoot' | 'txCount'>>,
  ): AssembledBody {
    const { chainId, genesis } = this.#world.cast.network
    const altered = { ...body, ...facts }
    const slot = this.#slotAt(body.height)
    return { ...altered, block: blockId({ ...altered, chainId, epoch: genesis.number, slot }) }
  }

  #slotAt(height: number): Hash {
    const { chainId } = this.#world.cast.network
    let slot = emptyBlock(chainId, 0, null)
    for (let next = 1; next <= height; next++) slot = emptyBlock(chainId, next, slot)
    return slot
  }
}
