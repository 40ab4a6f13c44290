import { type Hash, type LaneTip, type MessageKey, NO_MESSAGE } from '../feeds/index.js'
import type { SourceMessage } from '../audit/index.js'
import { heightOf, type Law, type Millis } from '../protocol/index.js'
import { feedsOf, type FeedRole, lanesOf } from '../roles/index.js'
import type { History } from './history.js'
import type { NodeReplay } from './node-replay.js'
import { type HeightKnowledge, knowledgeOf, nameOf } from './rounds.js'
import { nameOfViewpoint, type Viewpoint, type ViewpointName } from './viewpoint.js'

/** What one node knew and had done at a moment. */
export interface Moment {
  readonly viewpoint: ViewpointName
  /** Messages received by then; the last one, at whose arrival the moment lies. */
  readonly received: {
    readonly messages: number
    readonly at: Millis | null
    readonly key: MessageKey | null
    readonly from: string | null
  }
  /** Highest height with a commit certificate, and with a seal certificate, that it had. */
  readonly decided: number
  readonly sealed: number
  /** The last block executed; genesis is height 0. */
  readonly state: StateThen
  /** Of a validator: the round it was in as far as certificates had brought it, and the certificate. */
  readonly round: {
    readonly height: number
    readonly round: number
    readonly entry: MessageKey | null
  } | null
  readonly lanes: readonly LaneThen[]
  /** The executed height, and the ones above it of which anything was known. */
  readonly heights: readonly HeightKnowledge[]
  readonly feeds: readonly FeedThen[]
}

export interface StateThen {
  readonly height: number
  readonly block: Hash
  /** The round whose proposal was executed; null of genesis. */
  readonly round: number | null
  readonly stateRoot: Hash
  readonly roots: { readonly application: Hash; readonly registry: Hash }
  /** In this block, and in all up to it. */
  readonly transactions: number
  readonly failed: number
  readonly totalTransactions: number
  readonly totalFailed: number
  /** The application's answers to the paths that were asked for. */
  readonly answers: readonly { readonly path: string; readonly answer: unknown }[]
}

export interface LaneThen {
  readonly lane: number
  readonly validator: string
  /** Where the executed block left it. */
  readonly cut: LaneTip
  /** Last sequence received; what is above the cut waits for a block. */
  readonly received: number
  readonly isClosed: boolean
}

export interface FeedThen {
  readonly member: string
  readonly role: FeedRole
  readonly sequence: number
  readonly key: MessageKey
  /** Of its last message; null where that speaks of none. */
  readonly height: number | null
}

/** Describes the moment that a replay has come to, on top of the last block of `history`. */
export const momentOf = async (
  law: Law,
  viewpoint: Viewpoint,
  replay: NodeReplay,
  history: History,
  paths: readonly string[],
  last: SourceMessage | null,
): Promise<Moment> => {
  const { height, cut, closed } = history
  const round = replay.validator?.round ?? null
  return {
    viewpoint: nameOfViewpoint(viewpoint),
    received: {
      messages: replay.received,
      at: last?.receivedAt ?? null,
      key: last?.key ?? null,
      from: last === null ? null : nameOf(law, last.value.author),
    },
    decided: Math.max(height, history.decided),
    sealed: history.sealed,
    state: history.stateThen(paths),
    round: round && { height: round.height, round: round.round, entry: round.entry },
    lanes: lanesOf(law.network.genesis).map((feed, lane) => ({
      lane,
      validator: nameOf(law, feed),
      cut: cut[lane] ?? { sequence: 0, tip: NO_MESSAGE },
      received: replay.tips.get(feed)?.sequence ?? 0,
      isClosed: closed.has(feed),
    })),
    heights: await heightsFrom(law, replay, height),
    feeds: await feedsThen(law, replay),
  }
}

const heightsFrom = async (
  law: Law,
  { library }: NodeReplay,
  from: number,
): Promise<readonly HeightKnowledge[]> => {
  const known: HeightKnowledge[] = []
  for (let height = Math.max(1, from); ; height++) {
    const messages = (await library.atHeight(height)).filter(({ body }) => body.type !== 'block')
    if (messages.length > 0) known.push(knowledgeOf(law, height, messages))
    else if (height > from) return known
  }
}

const feedsThen = async ({ network }: Law, { library, tips }: NodeReplay): Promise<readonly FeedThen[]> => {
  const feeds: FeedThen[] = []
  for (const member of network.members) {
    for (const [role, feed] of feedsOf(member)) {
      const tip = tips.get(feed)
      const message = tip && (await library.message(tip.key))
      if (message) feeds.push({ member: member.name, role, ...tip, height: heightOf(message.body) })
    }
  }
  return feeds
}
