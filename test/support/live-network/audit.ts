import {
  type AssembledBody,
  type BlockHeader,
  blockId,
  type CertificateBody,
  cutRoot,
  emptyBlock,
  type FeedMessage,
  type Hash,
  hashHex,
  type LaneTip,
  type MessageKey,
  NO_MESSAGE,
  sha256,
  transactionLeaf,
  txRoot,
  xRoot,
} from '../../../src/feeds/index.js'
import { type Application, chainApplication } from '../../../src/protocol/index.js'
import { lanesOf, type Network, verifyBytes } from '../../../src/roles/index.js'
import { type HeldFeeds, messagesOf } from './held-feeds.js'

/**
 * Replays the chain from the feeds that one node holds and from nothing else: what the commit certificates name is
 * looked up, hashed and executed again. Certificates are taken as verified (`faultsIn`).
 */
export interface AuditedChain<State> {
  readonly blocks: readonly AuditedBlock[]
  /** The application's. */
  readonly state: State
}

export interface AuditedBlock {
  readonly height: number
  /** Of the proposal that was decided. */
  readonly round: number
  readonly block: Hash
  readonly stateRoot: Hash
  readonly assembled: FeedMessage
  readonly transactions: readonly AuditedTransaction[]
}

export interface AuditedTransaction {
  readonly hash: Hash
  readonly bytes: Uint8Array
  readonly lane: number
  readonly sequence: number
  readonly index: number
  readonly code: number
}

/** @throws Error that says what in the feeds does not fit together */
export const auditChain = <State>(
  network: Network,
  application: Application<State>,
  feeds: HeldFeeds,
): AuditedChain<State> => {
  const evidence = evidenceIn(feeds)
  const chain = chainApplication({ application, verify: verifyBytes })
  const lanes = lanesOf(network.genesis)
  const blocks: AuditedBlock[] = []
  let state = chain.genesis(network)
  let slot = emptyBlock(network.chainId, 0, null)
  let parent: Hash = network.chainId
  let cut: readonly LaneTip[] = lanes.map(() => ({ sequence: 0, tip: NO_MESSAGE }))
  for (let height = 1; evidence.committed.has(height); height++) {
    const decided = theOnly(
      `committed value at height ${height}`,
      evidence.committed.get(height) ?? [],
      valueOf,
    )
    const assembled = evidence.messages.get(decided.assembled)
    if (assembled?.body.type !== 'assembled') throw new Error(`height ${height}: its proposal is not held`)
    const { body } = assembled
    slot = emptyBlock(network.chainId, height, slot)
    const next = cut.map((tip, lane) => body.cut.find((advance) => advance.lane === lane) ?? tip)
    const placed = body.cut.flatMap((advance) =>
      contentOf(feeds.get(lanes[advance.lane] ?? network.registrar) ?? [], advance, cut[advance.lane]),
    )
    const { chainId, genesis } = network
    const header: BlockHeader = {
      chainId,
      epoch: genesis.number,
      height,
      slot,
      parent,
      cutRoot: cutRoot(
        lanes.map((feed, lane) => ({ feed, ...(next[lane] ?? { sequence: 0, tip: NO_MESSAGE }) })),
      ),
      txRoot: txRoot(
        placed.map(({ lane, sequence, index, bytes }) => transactionLeaf(lane, sequence, index, bytes)),
      ),
      txCount: placed.length,
    }
    equal(`block id at height ${height}`, blockId(header), decided.block)
    const execution = chain.executeBlock(state, { height, transactions: placed, cut: next })
    equal(`results at height ${height}`, xRoot(execution.codes), decided.xRoot)
    state = execution.state
    const stateRoot = chain.root(state)
    for (const sealed of evidence.sealed.get(height) ?? []) {
      equal(`sealed block at height ${height}`, sealed.block, decided.block)
      equal(`state root at height ${height}`, sealed.stateRoot, stateRoot)
    }
    const transactions = placed.map((each, position) => ({ ...each, code: execution.codes[position] ?? 0 }))
    blocks.push({ height, round: body.round, block: decided.block, stateRoot, assembled, transactions })
    parent = decided.block
    cut = next
  }
  return { blocks, state: state.application }
}

interface Evidence {
  readonly messages: ReadonlyMap<MessageKey, FeedMessage>
  readonly committed: ReadonlyMap<number, readonly CertificateBody[]>
  readonly sealed: ReadonlyMap<number, readonly CertificateBody[]>
}

const evidenceIn = (feeds: HeldFeeds): Evidence => {
  const messages = new Map<MessageKey, FeedMessage>()
  const committed = new Map<number, CertificateBody[]>()
  const sealed = new Map<number, CertificateBody[]>()
  for (const message of messagesOf(feeds)) {
    const { body, key } = message
    messages.set(key, message)
    if (body.type !== 'committed' && body.type !== 'sealed') continue
    const known = body.type === 'committed' ? committed : sealed
    known.set(body.height, [...(known.get(body.height) ?? []), body])
  }
  return { messages, committed, sealed }
}

/** The messages of a lane after the parent's cut, up to the one that the block's cut names by its key. */
const contentOf = (
  lane: readonly FeedMessage[],
  advance: AssembledBody['cut'][number],
  from: LaneTip | undefined,
): readonly Omit<AuditedTransaction, 'code'>[] => {
  const messages = lane.slice(from?.sequence ?? 0, advance.sequence)
  equal(`tip of lane ${advance.lane}`, messages.at(-1)?.key, advance.tip)
  return messages.flatMap(({ body, sequence }) =>
    (body.type === 'transaction' ? body.transactions : []).map((bytes, index) => ({
      hash: hashHex(sha256(bytes)),
      bytes,
      lane: advance.lane,
      sequence,
      index,
    })),
  )
}

const valueOf = ({ block, xRoot }: CertificateBody): string => `${block} ${xRoot}`

const theOnly = <T>(what: string, all: readonly T[], nameOf: (one: T) => string): T => {
  const [first] = all
  const names = new Set(all.map(nameOf))
  if (first === undefined || names.size !== 1)
    throw new Error(`${what}: ${[...names].join(' and ') || 'none'}`)
  return first
}

const equal = (what: string, actual: unknown, expected: unknown): void => {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)} and not ${String(expected)}`)
}
