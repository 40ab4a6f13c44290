import type {
  AssembledBody,
  CertificateBody,
  Electorate,
  FeedId,
  Hash,
  LaneAdvance,
  LaneTip,
  MessageKey,
  MessageOf,
  Value,
} from '../feeds/index.js'
import { blockId, cutRoot, emptyBlock, NO_MESSAGE, transactionLeaf, txRoot, xRoot } from '../feeds/index.js'
import { electorateOf, lanesOf, registryOf, type Registry } from '../roles/index.js'
import { assert } from '../util/index.js'
import { type ChainApplication, chainApplication, type ChainState } from './chain-application.js'
import { type Caps, type Fill, fairFill } from './fair-fill.js'
import {
  advanceBase,
  closeLane,
  emptyLane,
  haveOf,
  type Lane,
  type LaneMessage,
  leaves,
  nextAfter,
  onBranch,
  stretch,
} from './lane.js'
import type { Context, ExecutedBlock, PlacedTransaction, Want } from './step.js'

/**
 * What validators and Messagenodes both hold: the decided chain, its execution, and the lanes. Decided means a
 * commit certificate is known; executed means its content was here too. Executed never runs ahead of decided.
 */
export interface Chain<State> {
  readonly context: Context<State>
  /** The context's, and the protocol's own part of the state beside it. */
  readonly application: ChainApplication<State>
  readonly registry: Registry
  readonly electorate: Electorate
  readonly lanes: readonly Lane[]
  readonly laneOf: ReadonlyMap<FeedId, Lane>
  /** Height this node started from: everything up to it is sealed. */
  readonly origin: number
  decided: DecidedBlock
  executed: Executed<State>
  /** Decided blocks that are not executed yet, by height. */
  readonly unexecuted: Map<number, DecidedBlock>
  /** E(h), from the executed height on. */
  readonly slots: Map<number, Hash>
  /** Blocks tried on top of the executed state, by block id. */
  readonly trials: Map<Hash, Trial<State>>
}

/** By lane index. */
export type Cut = readonly LaneTip[]

export interface DecidedBlock {
  readonly height: number
  readonly value: Value
  /** Null for genesis. */
  readonly certificate: MessageOf<CertificateBody> | null
  /** Undefined until an assembled message that names the block is here. */
  cut: Cut | undefined
  assembled: MessageOf<AssembledBody> | undefined
}

export interface Executed<State> {
  readonly height: number
  readonly block: Hash
  readonly cut: Cut
  readonly state: ChainState<State>
  readonly stateRoot: Hash
}

/** The content of one block: what its cut adds to the parent's, lane by lane. */
export type Content = readonly { readonly lane: number; readonly messages: readonly LaneMessage[] }[]

export interface Trial<State> {
  readonly height: number
  readonly transactions: readonly PlacedTransaction[]
  readonly codes: Uint8Array
  readonly xRoot: Hash
  readonly state: ChainState<State>
}

/** Where a chain starts: genesis, or a stable checkpoint of this node's own. */
export interface Origin<State> {
  readonly height: number
  readonly value: Value
  readonly certificate: MessageOf<CertificateBody> | null
  readonly slot: Hash
  readonly cut: Cut
  readonly state: ChainState<State>
}

export const genesisOrigin = <State>({ network, ...context }: Context<State>): Origin<State> => ({
  height: 0,
  value: { block: network.chainId, xRoot: xRoot(new Uint8Array(0)) },
  certificate: null,
  slot: emptyBlock(network.chainId, 0, null),
  cut: lanesOf(network.genesis).map(() => ({ sequence: 0, tip: NO_MESSAGE })),
  state: chainApplication(context).genesis(network),
})

export const chainFrom = <State>(context: Context<State>, origin: Origin<State>): Chain<State> => {
  const registry = registryOf(context.network)
  const lanes = lanesOf(registry.epoch).map((feed, index) => emptyLane(feed, index, tipAt(origin.cut, index)))
  const { height, value, certificate, cut, state } = origin
  for (const lane of lanes) if (state.registry.closed.has(lane.feed)) closeLane(lane)
  const application = chainApplication(context)
  return {
    context,
    application,
    registry,
    electorate: electorateOf(context.network, registry.epoch),
    lanes,
    laneOf: new Map(lanes.map((lane) => [lane.feed, lane])),
    origin: height,
    decided: { height, value, certificate, cut, assembled: undefined },
    executed: { height, block: value.block, cut, state, stateRoot: application.root(state) },
    unexecuted: new Map(),
    slots: new Map([[height, origin.slot]]),
    trials: new Map(),
  }
}

/** E(h) for any height from the executed one on. */
export const slotAt = <State>(chain: Chain<State>, height: number): Hash => {
  const known = chain.slots.get(height)
  if (known !== undefined) return known
  assert(height > chain.executed.height, 'slots are computed upwards from the executed height')
  const slot = emptyBlock(chain.context.network.chainId, height, slotAt(chain, height - 1))
  chain.slots.set(height, slot)
  return slot
}

const tipAt = (cut: Cut, lane: number): LaneTip => cut[lane] ?? { sequence: 0, tip: NO_MESSAGE }

export const cutAfter = (parent: Cut, advances: readonly LaneAdvance[]): Cut => {
  const cut = [...parent]
  for (const { lane, sequence, tip } of advances) cut[lane] = { sequence, tip }
  return cut
}

export const advancesOf = (parent: Cut, cut: Cut): LaneAdvance[] =>
  cut.flatMap((to, lane) => (to.sequence > tipAt(parent, lane).sequence ? [{ lane, ...to }] : []))

export const rootOfCut = <State>(chain: Chain<State>, cut: Cut): Hash =>
  cutRoot(chain.lanes.map((lane) => ({ feed: lane.feed, ...tipAt(cut, lane.index) })))

export type Resolved =
  | { readonly kind: 'held'; readonly content: Content }
  | { readonly kind: 'missing'; readonly wants: readonly Want[] }
  | { readonly kind: 'detached'; readonly lane: number }

/** The messages between two cuts, by key; what is missing is asked of `from`. */
export const resolve = <State>(
  chain: Chain<State>,
  parent: Cut,
  advances: readonly LaneAdvance[],
  from: readonly FeedId[],
): Resolved => {
  const content: { lane: number; messages: readonly LaneMessage[] }[] = []
  const wants: Want[] = []
  for (const advance of advances) {
    const lane = chain.lanes[advance.lane]
    if (!lane) return { kind: 'detached', lane: advance.lane }
    const start = tipAt(parent, advance.lane)
    const found = stretch(lane, start, advance)
    if (found.kind === 'detached') return { kind: 'detached', lane: advance.lane }
    if (found.kind === 'held') content.push({ lane: advance.lane, messages: found.messages })
    else {
      const { sequence, key: tip } = found
      wants.push({ kind: 'range', lane: lane.feed, after: start.sequence, sequence, tip, from })
    }
  }
  return wants.length > 0 ? { kind: 'missing', wants } : { kind: 'held', content }
}

/** Block order: lane in registry order, sequence, index inside the message (protocol section 3). */
export const transactionsOf = (content: Content): PlacedTransaction[] =>
  content.flatMap(({ lane, messages }) =>
    messages.flatMap(({ sequence, transactions }) =>
      transactions.map((bytes, index) => ({ lane, sequence, index, bytes })),
    ),
  )

export const rootOfTransactions = (transactions: readonly PlacedTransaction[]): Hash =>
  txRoot(
    transactions.map(({ lane, sequence, index, bytes }) => transactionLeaf(lane, sequence, index, bytes)),
  )

export interface BlockFacts {
  readonly cutRoot: Hash
  readonly txRoot: Hash
  readonly txCount: number
}

export const idOfBlock = <State>(
  chain: Chain<State>,
  height: number,
  parent: Hash,
  facts: BlockFacts,
): Hash =>
  blockId({
    chainId: chain.context.network.chainId,
    epoch: chain.registry.epoch.number,
    height,
    slot: slotAt(chain, height),
    parent,
    ...facts,
  })

/**
 * How far each lane is held, as an assembler reports it. Of a forked lane, or one that left the branch held here, it
 * says the parent's cut, whatever it holds: so fairness recomputes also where the fork is not known yet. Of a closed
 * lane nothing is held.
 */
export const haveHere = <State>({ lanes }: Chain<State>, parent: Cut): number[] =>
  lanes.map((lane) => {
    const from = tipAt(parent, lane.index)
    return lane.forked || leaves(lane, from) ? from.sequence : haveOf(lane)
  })

/** What a free choice takes from the lanes as they are held here. */
export const fillHere = <State>(chain: Chain<State>, height: number, parent: Cut): Fill =>
  fairFill({
    height,
    parent: parent.map(({ sequence }) => sequence),
    have: haveHere(chain, parent),
    caps: capsOf(chain),
    closed: new Set(),
    message: (index, sequence) => {
      const lane = chain.lanes[index]
      return lane && onBranch(lane, sequence)
    },
  })

/** What a free choice takes, given what the assembler says it held, along the branches that its cut names. */
export const fillAlong = <State>(
  chain: Chain<State>,
  height: number,
  parent: Cut,
  have: readonly number[],
  content: Content,
): Fill => {
  const along = new Map(content.map(({ lane, messages }) => [lane, messages]))
  return fairFill({
    height,
    parent: parent.map(({ sequence }) => sequence),
    have,
    caps: capsOf(chain),
    closed: lanesWhere(chain, (lane) => lane.forked || lane.closed),
    message: (index, sequence) => {
      const start = tipAt(parent, index)
      const messages = along.get(index) ?? []
      const offset = sequence - start.sequence - 1
      if (offset < messages.length) return messages[offset]
      const lane = chain.lanes[index]
      const last = messages.at(-1)
      return lane && nextAfter(lane, last ? { sequence: last.sequence, tip: last.key } : start)
    },
  })
}

const lanesWhere = <State>({ lanes }: Chain<State>, matches: (lane: Lane) => boolean): Set<number> =>
  new Set(lanes.filter(matches).map((lane) => lane.index))

export const capsOf = <State>(chain: Chain<State>): Caps => chain.context.network.parameters.capacity

/** The cut that a fill takes, with the keys of this node's branches. */
export const cutOfFill = <State>(chain: Chain<State>, parent: Cut, sequences: readonly number[]): Cut =>
  chain.lanes.map((lane) => {
    const start = tipAt(parent, lane.index)
    const sequence = sequences[lane.index] ?? start.sequence
    if (sequence === start.sequence) return start
    const message = onBranch(lane, sequence)
    assert(message, 'a fill takes only what is held')
    return { sequence, tip: message.key }
  })

/** Runs a block on the executed state; the result is kept until the block is executed or its height is over. */
export const tryBlock = <State>(
  chain: Chain<State>,
  height: number,
  block: Hash,
  { transactions, cut }: { readonly transactions: readonly PlacedTransaction[]; readonly cut: Cut },
): Trial<State> => {
  assert(height === chain.executed.height + 1, 'a block runs on the state its parent left')
  const known = chain.trials.get(block)
  if (known) return known
  const { state, codes } = chain.application.executeBlock(chain.executed.state, { height, transactions, cut })
  const trial = { height, transactions, codes, xRoot: xRoot(codes), state }
  chain.trials.set(block, trial)
  return trial
}

/** Takes note of a commit certificate for the next height. Irrevocable. */
export const decide = <State>(chain: Chain<State>, certificate: MessageOf<CertificateBody>): void => {
  const { height, block, xRoot } = certificate.body
  assert(height === chain.decided.height + 1, 'heights are decided one after the other')
  const decided = { height, value: { block, xRoot }, certificate, cut: undefined, assembled: undefined }
  chain.unexecuted.set(height, decided)
  chain.decided = decided
}

/** Gives a decided block its cut, from a proposal that describes it. */
export const placeCut = (decided: DecidedBlock, parent: Cut, assembled: MessageOf<AssembledBody>): void => {
  decided.cut = cutAfter(parent, assembled.body.cut)
  decided.assembled = assembled
}

export type Execution =
  /** `content`: keys of the lane messages it consists of, which the seal makes durable. */
  | { readonly kind: 'executed'; readonly block: ExecutedBlock; readonly content: readonly MessageKey[] }
  | { readonly kind: 'waiting'; readonly wants: readonly Want[] }
  | { readonly kind: 'idle' }
  | { readonly kind: 'diverged'; readonly expected: Hash; readonly computed: Hash }

/** Executes the next decided block if its content is here. */
export const executeNext = <State>(chain: Chain<State>, from: readonly FeedId[]): Execution => {
  const decided = chain.unexecuted.get(chain.executed.height + 1)
  if (!decided?.cut || !decided.assembled) return { kind: 'idle' }
  const { height, value, cut, assembled } = decided
  const resolved = resolve(chain, chain.executed.cut, assembled.body.cut, from)
  if (resolved.kind === 'missing') return { kind: 'waiting', wants: resolved.wants }
  assert(resolved.kind === 'held', 'a quorum checked that the cut extends its parent')
  const trial = tryBlock(chain, height, value.block, { transactions: transactionsOf(resolved.content), cut })
  if (trial.xRoot !== value.xRoot) return { kind: 'diverged', expected: value.xRoot, computed: trial.xRoot }
  const { state, transactions, codes } = trial
  for (const lane of chain.lanes) {
    advanceBase(lane, tipAt(cut, lane.index))
    if (state.registry.closed.has(lane.feed)) closeLane(lane)
  }
  slotAt(chain, height)
  chain.executed = {
    height,
    block: value.block,
    cut,
    state,
    stateRoot: chain.application.root(state),
  }
  chain.unexecuted.delete(height)
  chain.trials.clear()
  for (const slot of chain.slots.keys()) if (slot < height) chain.slots.delete(slot)
  const block = { height, value, assembled, transactions, codes, state, stateRoot: chain.executed.stateRoot }
  return { kind: 'executed', block, content: keysOf(resolved.content) }
}

/** Keys of the lane messages that a block consists of. */
export const keysOf = (content: Content): MessageKey[] =>
  content.flatMap(({ messages }) => messages.map((message) => message.key))
