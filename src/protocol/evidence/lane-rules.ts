import {
  type AssembledBody,
  cutRoot,
  type FeedMessage,
  MESSAGE_SIZE_LIMIT,
  NO_MESSAGE,
  TRANSACTIONS_PER_MESSAGE_LIMIT,
} from '../../feeds/index.js'
import { lanesOf } from '../../roles/index.js'
import { isAssembled } from '../book.js'
import { type Content, type Cut, cutAfter, rootOfTransactions, transactionsOf } from '../chain.js'
import { fairFill, isProposable } from '../fair-fill.js'
import { emptyLane, hold, type LaneMessage, stretch } from '../lane.js'
import { isVote, isVoteSigned } from '../votes.js'
import { openParent, type ParentBlock } from './lane-grounds.js'
import { type Charge, culpritOf, type Law } from './law.js'

/** A rule that a proposal breaks against the lanes; the codes are those of a validator's refusal. */
export interface LaneFlaw {
  readonly reason:
    | 'cut-backwards'
    | 'wrong-cut-root'
    | 'detached-cut'
    | 'over-capacity'
    | 'wrong-tx-root'
    | 'unfair-cut'
    | 'nothing-to-propose'
  /** Whoever knows that a lane is forked takes it as closed, and so may rightly accept what the assembler may not say. */
  readonly bindsVoters: boolean
}

/** What a proposal and the lanes prove: against its assembler, and of two messages against whoever precommitted it. */
export const chargesOfLanes = (
  law: Law,
  messages: readonly FeedMessage[],
  parent: ParentBlock | null,
  content: readonly FeedMessage[],
): readonly Charge[] => {
  const proposal = messages.find(isAssembled)
  const place = proposal && law.registry.placeOf(proposal.author)
  if (!proposal || place?.role !== 'block-assembler') return []
  const cut = openParent(law, proposal.body, parent)
  const flaw = cut && flawInLanes(law, proposal.body, cut, content)
  if (!flaw) return []
  const { height, round } = proposal.body
  const facts = { height, round, reason: flaw.reason }
  const [vote] = messages.filter((message) => message !== proposal)
  if (!vote) return [{ code: 'invalid-proposal', culprits: [culpritOf(place)], facts }]
  const voter = law.registry.placeOf(vote.author)
  if (!flaw.bindsVoters || !voter || !precommits(law, vote, proposal)) return []
  return [{ code: 'voted-for-invalid', culprits: [culpritOf(voter)], facts }]
}

const precommits = ({ network, registry, verify }: Law, vote: FeedMessage, proposal: FeedMessage): boolean =>
  isVote(vote) &&
  vote.body.type === 'precommit' &&
  !vote.body.skip &&
  vote.body.assembled === proposal.key &&
  registry.placeOf(vote.author)?.role === 'precommitter' &&
  isVoteSigned(vote, network, registry, verify)

/**
 * The first rule that a proposal breaks against its parent's cut and the messages between the two. Of what lies behind its
 * cut only the number is known: who owns a lane may show one message to the assembler and another one here. So it is
 * taken to be as large as any may be, and what was left out then would have fitted, whatever it was.
 */
export const flawInLanes = (
  law: Law,
  body: AssembledBody,
  parent: Cut,
  messages: readonly FeedMessage[],
): LaneFlaw | null => {
  const lanes = lanesOf(law.registry.epoch)
  if (body.cut.some(({ lane }) => lane >= lanes.length) || body.have.length !== lanes.length) return null
  if (body.cut.some(({ lane, sequence }) => sequence <= (parent[lane]?.sequence ?? 0)))
    return found('cut-backwards')
  const after = cutAfter(parent, body.cut)
  const root = cutRoot(lanes.map((feed, lane) => ({ feed, ...tipAt(after, lane) })))
  if (root !== body.cutRoot) return found('wrong-cut-root')
  if (body.base !== -1) return null
  const content = contentOf(law, body, parent, messages)
  if (content === 'missing') return null
  return content === 'detached' ? found('detached-cut') : flawInContent(law, body, parent, content)
}

const found = (reason: LaneFlaw['reason'], bindsVoters = true): LaneFlaw => ({ reason, bindsVoters })

const tipAt = (cut: Cut, lane: number) => cut[lane] ?? { sequence: 0, tip: NO_MESSAGE }

/** The messages between the two cuts, followed back along the keys. */
const contentOf = (
  law: Law,
  { cut }: AssembledBody,
  parent: Cut,
  messages: readonly FeedMessage[],
): Content | 'missing' | 'detached' => {
  const feeds = lanesOf(law.registry.epoch)
  const content: Content[number][] = []
  let isMissing = false
  for (const advance of cut) {
    const feed = feeds[advance.lane]
    if (feed === undefined) return 'missing'
    const start = tipAt(parent, advance.lane)
    const lane = emptyLane(feed, advance.lane, start)
    for (const message of messages) if (message.author === feed) hold(lane, message)
    const found = stretch(lane, start, advance)
    if (found.kind === 'detached') return 'detached'
    if (found.kind === 'missing') isMissing = true
    else content.push({ lane: advance.lane, messages: found.messages })
  }
  return isMissing ? 'missing' : content
}

const flawInContent = (law: Law, body: AssembledBody, parent: Cut, content: Content): LaneFlaw | null => {
  const caps = law.network.parameters.capacity
  const transactions = transactionsOf(content)
  const size = content.flatMap(({ messages }) => messages).reduce((sum, message) => sum + message.size, 0)
  if (transactions.length > caps.transactions || size > caps.bytes) return found('over-capacity')
  const isRoot = rootOfTransactions(transactions) === body.txRoot && transactions.length === body.txCount
  if (!isRoot) return found('wrong-tx-root')
  const after = cutAfter(parent, body.cut)
  const taken = new Map(content.map(({ lane, messages }) => [lane, messages]))
  const fill = fairFill({
    height: body.height,
    parent: parent.map(({ sequence }) => sequence),
    // The first message behind the cut decides; how many more there are changes nothing.
    have: body.have.map((have, lane) => Math.min(have, tipAt(after, lane).sequence + 1)),
    caps,
    closed: new Set(),
    message: (lane, sequence) => taken.get(lane)?.[sequence - tipAt(parent, lane).sequence - 1] ?? LARGEST,
  })
  if (fill.kind === 'missing') return null
  if (fill.cut.some((sequence, lane) => sequence !== tipAt(after, lane).sequence))
    return found('unfair-cut', false)
  return isProposable(fill) ? null : found('nothing-to-propose', false)
}

/** No message of a lane takes more of a block. */
const LARGEST: LaneMessage = {
  key: NO_MESSAGE,
  sequence: 0,
  previous: null,
  size: MESSAGE_SIZE_LIMIT,
  transactions: Array.from({ length: TRANSACTIONS_PER_MESSAGE_LIMIT }, () => new Uint8Array(0)),
}
