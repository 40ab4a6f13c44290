import type { HealthProblem, HealthReport } from '../../api/index.js'
import type { FeedId } from '../../feeds/index.js'
import type { Millis } from '../../protocol/index.js'
import type { Epoch } from '../../roles/index.js'
import type { DiskTrouble } from './disk-watch.js'

/** Everything that the health of a node is judged by. */
export interface HealthFacts {
  readonly self: FeedId
  readonly epoch: Epoch
  readonly faultyMessagenodes: number
  readonly started: boolean
  readonly halted: string | null
  /** The chain has closed this validator's lane. */
  readonly laneClosed: boolean
  /** Main ids of the members connected. */
  readonly peers: readonly FeedId[]
  readonly decidedHeight: number
  /** What the other Messagenodes say. */
  readonly highestHeight: number
  readonly disk: DiskTrouble | null
  readonly clockOffsetMs: Millis | null
  readonly stalledFeeds: number
}

/** As many heights may be open at once (protocol section 5, rule 6): being that far back is no backlog. */
const BEHIND_LIMIT = 9
/** Far above what a message takes between two members that are linked. */
const CLOCK_LIMIT_MS = 5_000

/**
 * What keeps this node from doing its part (`problems`), and what its operator should look at (`hints`):
 *
 * - `not-ready`: own feeds are not known to be complete, nothing is signed yet
 * - `halted`: it signs nothing any more
 * - `lane-closed`: the chain takes nothing of its lane any more, and it takes no transactions; it votes on
 * - `no-peers`, `partitioned`: fewer than f_m + 1 Messagenodes, itself included, or for a Messagenode fewer than a
 *   quorum of validators: what is decided elsewhere may not reach it, and it cannot help to decide
 * - `behind`: more heights below the others than may be open at once
 * - `disk-full`, `disk-failing`
 * - hints: `clock-off`, `stalled-feeds`
 */
export const judgeHealth = (facts: HealthFacts): HealthReport => {
  const behindHeights = Math.max(0, facts.highestHeight - facts.decidedHeight)
  const problems = [
    ...(facts.started ? [] : [{ code: 'not-ready', data: {} }]),
    ...(facts.halted === null ? [] : [{ code: 'halted', data: { reason: facts.halted } }]),
    ...(facts.laneClosed ? [{ code: 'lane-closed', data: {} }] : []),
    ...linkProblems(facts),
    ...(behindHeights > BEHIND_LIMIT ? [{ code: 'behind', data: { heights: behindHeights } }] : []),
    ...(facts.disk === null ? [] : [diskProblem(facts.disk)]),
  ]
  return { problems, hints: hintsOf(facts), behindHeights, clockOffsetMs: facts.clockOffsetMs }
}

const linkProblems = ({ peers, epoch, self, faultyMessagenodes }: HealthFacts): HealthProblem[] => {
  if (peers.length === 0) return [{ code: 'no-peers', data: {} }]
  const here = new Set([...peers, self])
  const count = (members: readonly { readonly id: FeedId }[]) =>
    members.filter(({ id }) => here.has(id)).length
  const messagenodes = { reached: count(epoch.messagenodes), needed: faultyMessagenodes + 1 }
  const validators = { reached: count(epoch.validators), needed: epoch.quorum }
  const counts = epoch.messagenodes.some(({ id }) => id === self)
  const isCut =
    messagenodes.reached < messagenodes.needed || (counts && validators.reached < validators.needed)
  if (!isCut) return []
  return [{ code: 'partitioned', data: counts ? { messagenodes, validators } : { messagenodes } }]
}

const diskProblem = ({ kind, freeBytes, error }: DiskTrouble): HealthProblem => ({
  code: `disk-${kind}`,
  data: { freeBytes, error },
})

const hintsOf = ({ clockOffsetMs, stalledFeeds }: HealthFacts): HealthProblem[] => [
  ...(clockOffsetMs !== null && Math.abs(clockOffsetMs) > CLOCK_LIMIT_MS
    ? [{ code: 'clock-off', data: { offsetMs: Math.round(clockOffsetMs) } }]
    : []),
  ...(stalledFeeds > 0 ? [{ code: 'stalled-feeds', data: { feeds: stalledFeeds } }] : []),
]
