import {
  blockId,
  cutRoot,
  emptyBlock,
  NO_MESSAGE,
  transactionLeaf,
  txRoot,
} from '../../../../src/feeds/index.js'
import type { AssembledBody, Hash, LaneTip } from '../../../../src/feeds/index.js'
import type { Effect, Event } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'
import { makesBlock, transactionsIn } from './fair-share.js'
import { dueRounds } from './knowledge.js'
import type { HeightKnowledge, Knowledge } from './knowledge.js'
import type { Lanes } from './lanes.js'

type Facts = Readonly<Record<string, unknown>>

/**
 * What a correct assembler may propose, and when (protocol section 5): on the decided parent, within the window,
 * above every certificate it knows, on the highest base, after its timer where only a precommitted certificate
 * leads on; and of its own free choice exactly the fair share of what it holds.
 */
export class AssemblyChecker implements Observer {
  /** E(h), by height. */
  readonly #slots: Hash[] = []

  constructor(
    private readonly knowledge: Knowledge,
    private readonly lanes: Lanes,
  ) {}

  stepped(node: SimulatedNode, _event: Event, effects: readonly Effect[]): void {
    if (!node.behaviour.correct || node.isValidator) return
    for (const effect of effects) {
      if (effect.kind === 'publish' && effect.draft.type === 'assembled') this.#judge(node, effect.draft)
    }
  }

  #judge(node: SimulatedNode, body: AssembledBody): void {
    const { height, round, base } = body
    const known = this.knowledge.at(node, height)
    const facts = { node: node.name, height, round, base }
    expectThat(height === this.knowledge.of(node).decided + 1, 'assembled-on-undecided', facts)
    this.#expectParent(node, body, facts)
    const open = height <= 9 || this.knowledge.at(node, height - 9).sealed.length > 0
    expectThat(open, 'assembled-beyond-window', facts)
    expectThat(highestDue(known) < round, 'assembled-below-certificate', facts)
    expectJustified(known, body, facts)
    this.#expectPatience(node, known, round, facts)
    this.#expectHave(node, body, facts)
    if (base === -1 && this.knowledge.of(node).executed === height - 1) this.#expectFair(node, body, facts)
  }

  #expectParent(node: SimulatedNode, body: AssembledBody, facts: Facts): void {
    if (body.height === 1) {
      expectThat(
        body.parentCertificate === null && body.parent === this.lanes.network.chainId,
        'wrong-parent',
        facts,
      )
      return
    }
    const parents = this.knowledge.at(node, body.height - 1).committed
    const linked = parents.find(({ message }) => message.key === body.parentCertificate)
    expectThat(linked?.message.body.block === body.parent, 'wrong-parent', facts)
  }

  /** With PC(h,r-1) alone, the assembler waits for its own timer, which is never shorter than Tmin. */
  #expectPatience(node: SimulatedNode, known: HeightKnowledge, round: number, facts: Facts): void {
    if (round === 0 || known.skipped.has(round - 1)) return
    const seenAt = known.precommitted.get(round - 1)?.[0]?.at
    const { minMs: least } = this.lanes.network.parameters.roundTimeout
    const waited = seenAt === undefined ? undefined : node.clock - seenAt
    expectThat(waited !== undefined && waited >= least - 1e-6, 'assembled-impatiently', {
      ...facts,
      waited,
      least,
    })
  }

  /**
   * `have` is what the assembler holds of each lane: no more, and no less than it was handed. Of a lane that it leaves
   * out, a fork being proved, it is the parent's cut.
   */
  #expectHave(node: SimulatedNode, { height, have }: AssembledBody, facts: Facts): void {
    const { paused, executed } = this.knowledge.of(node)
    const closed = this.lanes.closedTo(node)
    for (const [lane, feed] of this.lanes.feeds.entries()) {
      const said = have[lane] ?? -1
      if (closed.has(lane)) {
        const cut = this.lanes.cutOf(node)[lane]?.sequence
        expectThat(executed < height - 1 || said === cut, 'have-of-closed-lane', {
          ...facts,
          lane,
          said,
          cut,
        })
        continue
      }
      const aside = node.store.aside.some(({ author, sequence }) => author === feed && sequence === said)
      expectThat(said <= node.store.length(feed) || aside, 'have-ahead', { ...facts, lane, said })
      const next = this.lanes.messageAt(node, lane, said + 1)
      const behind = next !== undefined && node.hasRead(next) && !paused.has(feed)
      expectThat(!behind, 'have-behind', { ...facts, lane, said })
    }
  }

  #expectFair(node: SimulatedNode, body: AssembledBody, facts: Facts): void {
    const closed = this.lanes.closedTo(node)
    for (const { lane } of body.cut) expectThat(!closed.has(lane), 'forked-lane-proposed', { ...facts, lane })
    const share = this.lanes.shareOf(node, body.height, body.have)
    const cut = this.lanes.cutOf(node).map(({ sequence }) => sequence)
    for (const { lane, sequence } of body.cut) cut[lane] = sequence
    expectThat(cut.join() === share.cut.join(), 'unfair-proposal', { ...facts, cut, share: share.cut })
    expectThat(makesBlock(share), 'nothing-proposed', facts)
    expectThat(this.#blockOf(node, body) === body.block, 'wrong-block-id', facts)
  }

  /** The block's id, computed from the lanes. */
  #blockOf(node: SimulatedNode, { height, parent, cut }: AssembledBody): Hash {
    const { network, feeds } = this.lanes
    const before = this.lanes.cutOf(node)
    const after: LaneTip[] = [...before]
    const leaves: Uint8Array[] = []
    for (const { lane, sequence, tip } of cut) {
      after[lane] = { sequence, tip }
      for (const message of node.store.range(tip, before[lane]?.sequence ?? 0) ?? []) {
        transactionsIn(message).forEach((bytes, index) => {
          leaves.push(transactionLeaf(lane, message.sequence, index, bytes))
        })
      }
    }
    const tips = feeds.map((feed, lane) => ({ feed, ...(after[lane] ?? { sequence: 0, tip: NO_MESSAGE }) }))
    return blockId({
      chainId: network.chainId,
      epoch: network.genesis.number,
      height,
      slot: this.#slotAt(height),
      parent,
      cutRoot: cutRoot(tips),
      txRoot: txRoot(leaves),
      txCount: leaves.length,
    })
  }
  #slotAt(height: number): Hash {
    const known = this.#slots[height]
    if (known !== undefined) return known
    const previous = height === 0 ? null : this.#slotAt(height - 1)
    return (this.#slots[height] = emptyBlock(this.lanes.network.chainId, height, previous))
  }
}

const highestDue = ({ skipped, precommitted }: HeightKnowledge): number =>
  Math.max(-1, ...dueRounds(skipped), ...dueRounds(precommitted))

/** The base is the highest PC above which every round was skipped, and the links name what proves it. */
const expectJustified = (known: HeightKnowledge, body: AssembledBody, facts: Facts): void => {
  const { round, base, block, justify } = body
  const { skipped, precommitted } = known
  const unbroken = (from: number, has: (round: number) => boolean): boolean =>
    Array.from({ length: round - from - 1 }, (_, index) => from + 1 + index).every(has)
  expectThat(
    unbroken(base, (between) => skipped.has(between)),
    'base-with-a-gap',
    facts,
  )
  const due = new Set(dueRounds(skipped))
  for (const higher of dueRounds(precommitted)) {
    if (higher <= base || higher >= round) continue
    const better = unbroken(higher, (between) => due.has(between))
    expectThat(!better, 'base-not-highest', { ...facts, higher })
  }
  if (base >= 0) {
    const certificate = precommitted.get(base)?.find(({ message }) => message.key === justify.precommitted)
    expectThat(certificate?.message.body.block === block, 'other-block-than-base', facts)
  }
  if (round - 1 <= base) return
  const newest = skipped.get(round - 1)?.some(({ message }) => message.key === justify.skipped)
  expectThat(newest, 'skip-not-linked', facts)
}
