import type {
  CertificateBody,
  CertificateEntry,
  FeedId,
  MessageKey,
  SkipCertificateBody,
} from '../../feeds/index.js'
import { certificateRoot, stageKey } from '../../feeds/index.js'
import type { MessagenodeRole } from '../../roles/index.js'
import { assert } from '../../util/index.js'
import { bookAt, certificateName, type HeightBook } from '../book.js'
import { resolve } from '../chain.js'
import { describing } from '../describe.js'
import type { Turn } from '../turn.js'
import { ask } from '../wanted.js'
import { holdersOf, mayPublish, type MessagenodeState, ownAt } from './state.js'
import { type Pile, signatureOf } from './tally.js'

/**
 * Certificates: at most one per (stage, height, round), this Messagenode's own count or the first valid one it
 * learned (protocol section 5). Only what it can serve is certified.
 */
export const certify = <A>(state: MessagenodeState<A>, turn: Turn): void => {
  if (!mayPublish(state)) return
  for (const height of openHeights(state)) {
    const book = bookAt(state.books, height)
    const piles = [...(state.tallies.get(height)?.piles.values() ?? [])].filter(
      (pile) => pile.votes.size >= state.chain.electorate.quorum,
    )
    if (height > state.chain.decided.height) {
      certifyPrecommits(state, book, piles, turn)
      certifySkips(state, book, piles, turn)
    }
    certifyStage(state, book, 'committed', piles, turn)
    certifyStage(state, book, 'sealed', piles, turn)
  }
}

/** Heights for which this Messagenode's own last words are outstanding, ascending. */
const openHeights = <A>({ books, tallies, own }: MessagenodeState<A>): number[] =>
  [...new Set([...books.keys(), ...tallies.keys()])]
    .filter((height) => {
      const certified = own.get(height)?.certified
      return !certified?.has('committed') || !certified.has('sealed')
    })
    .sort((a, b) => a - b)

const certifyPrecommits = <A>(
  state: MessagenodeState<A>,
  book: HeightBook,
  piles: readonly Pile[],
  turn: Turn,
): void => {
  for (const { body } of book.precommitted.values()) offerOwn(state, book, body, turn)
  const { certified } = ownAt(state.own, book.height)
  for (const pile of piles) {
    if (pile.stage !== 'precommit' || book.precommitted.has(pile.round)) continue
    // Own words on their way to the disk are not put together again at every step.
    if (certified.has(`precommit ${pile.round}`)) continue
    offerOwn(state, book, fromPile(state, book.height, pile), turn)
  }
}

/** CC and SC, from what was learned or counted; a seal certificate binds the state root computed here too. */
const certifyStage = <A>(
  state: MessagenodeState<A>,
  book: HeightBook,
  type: 'committed' | 'sealed',
  piles: readonly Pile[],
  turn: Turn,
): void => {
  const learned = book[type]
  if (ownAt(state.own, book.height).certified.has(type)) return
  const stage = type === 'committed' ? 'commit' : 'seal'
  const pile = piles.find((candidate) => candidate.stage === stage)
  const body = learned?.body ?? (pile && fromPile(state, book.height, pile))
  if (!body) return
  offerOwn(state, book, body, turn)
}

/** A certificate before it is known which assembled message it links. */
type Unlinked = Omit<CertificateBody, 'assembled'> & Partial<Pick<CertificateBody, 'assembled'>>

/** Publishes a certificate if its slot is free and its block can be served from here. */
const offerOwn = <A>(state: MessagenodeState<A>, book: HeightBook, body: Unlinked, turn: Turn): void => {
  const { certified } = ownAt(state.own, book.height)
  if (certified.has(certificateName(body))) return
  const assembled = servedAs(state, book, body, turn)
  if (assembled === undefined) return
  certified.set(certificateName(body), null)
  const draft: CertificateBody = { ...body, assembled }
  turn.effects.push({ kind: 'publish', role: ROLE_OF[draft.type], draft, voteBytes: null, durable: [] })
}

const ROLE_OF: Record<CertificateBody['type'], MessagenodeRole> = {
  precommitted: 'precommit-counter',
  committed: 'commit-counter',
  sealed: 'seal-counter',
}

/**
 * The assembled message that a certificate of this block may link, because it and its content are here; if they are
 * not, they are fetched from those who voted for them.
 */
const servedAs = <A>(
  state: MessagenodeState<A>,
  book: HeightBook,
  body: Unlinked,
  turn: Turn,
): MessageKey | undefined => {
  const { chain, wanted, unsealed } = state
  const { height } = book
  if (height <= chain.executed.height) return unsealed.get(height)?.assembled ?? body.assembled
  if (height !== chain.executed.height + 1) return undefined
  const from = holdersOf(chain)
  const proposal = describing(chain, chain.executed, book, body.block)
  if (!proposal) {
    for (const key of linksTo(state, book, body)) ask(wanted, { kind: 'message', key, from }, height, turn)
    return undefined
  }
  const resolved = resolve(chain, chain.executed.cut, proposal.body.cut, from)
  if (resolved.kind === 'missing') for (const want of resolved.wants) ask(wanted, want, height, turn)
  return resolved.kind === 'held' ? proposal.key : undefined
}

/** Where the proposal may be: signatures bind no link, so every one given for the block is followed. */
const linksTo = <A>(
  { tallies }: MessagenodeState<A>,
  book: HeightBook,
  { block, assembled }: Unlinked,
): Set<MessageKey> => {
  const links = new Set(assembled === undefined ? [] : [assembled])
  for (const { body } of book.precommitted.values()) if (body.block === block) links.add(body.assembled)
  for (const pile of tallies.get(book.height)?.piles.values() ?? []) {
    for (const { body } of pile.block === block ? pile.votes.values() : []) {
      if (body.type === 'precommit' && !body.skip) links.add(body.assembled)
    }
  }
  return links
}

const certifySkips = <A>(
  state: MessagenodeState<A>,
  book: HeightBook,
  piles: readonly Pile[],
  turn: Turn,
): void => {
  const { certified } = ownAt(state.own, book.height)
  const isOpen = (round: number): boolean => !certified.has(`skip ${round}`)
  const learned = [...book.skipped.values()].map(({ body }) => body).filter(({ round }) => isOpen(round))
  const counted = piles
    .filter((pile) => pile.stage === 'skip' && !book.skipped.has(pile.round) && isOpen(pile.round))
    .map((pile) => skipFromPile(state, book.height, pile))
  for (const body of [...learned, ...counted].sort((a, b) => a.round - b.round)) {
    publishSkip(state, book, body, turn)
  }
}

/**
 * A skip certificate of r > 0 waits for this Messagenode's own NC(h,r-1) or PC(h,r-1), and links its own
 * NC(h,r-1), so that whoever follows the links from here finds every one of them in this feed.
 */
const publishSkip = <A>(
  state: MessagenodeState<A>,
  book: HeightBook,
  body: SkipCertificateBody,
  turn: Turn,
): void => {
  const { round } = body
  const { certified } = ownAt(state.own, book.height)
  if (certified.has(certificateName(body))) return
  const before = certified.get(`skip ${round - 1}`)
  const isPending = before === null
  const isFounded = round === 0 || before !== undefined || certified.has(`precommit ${round - 1}`)
  if (isPending) return
  if (!isFounded) {
    // What is held already waits for its own turn; only a gap is asked for.
    const missing = book.skipped.has(round - 1) ? null : body.previous
    const want = missing && ({ kind: 'message', key: missing, from: holdersOf(state.chain) } as const)
    if (want) ask(state.wanted, want, book.height, turn)
    return
  }
  certified.set(certificateName(body), null)
  const draft: SkipCertificateBody = { ...body, previous: before ?? null }
  turn.effects.push({ kind: 'publish', role: 'precommit-counter', draft, voteBytes: null, durable: [] })
}

/** Exactly a quorum, lowest indices first: more would not fit the message limit at n = 100. */
const signersOf = <A>({ chain }: MessagenodeState<A>, { stage, votes }: Pile) => {
  const { electorate } = chain
  const entries: CertificateEntry[] = [...votes]
    .sort(([a], [b]) => a - b)
    .slice(0, electorate.quorum)
    .map(([index, vote]) => ({
      index,
      roleKey: keyOf(electorate, stage, index),
      signature: signatureOf(vote),
    }))
  return {
    signers: entries.map(({ index }) => index),
    signatures: entries.map(({ signature }) => signature),
    root: certificateRoot(stage, entries),
  }
}

const keyOf = (...where: Parameters<typeof stageKey>): FeedId => {
  const key = stageKey(...where)
  assert(key, 'only validators of the electorate are counted')
  return key
}

const TYPE_OF = { precommit: 'precommitted', commit: 'committed', seal: 'sealed' } as const

const fromPile = <A>(state: MessagenodeState<A>, height: number, pile: Pile): Unlinked => {
  const { stage, round, block, xRoot, stateRoot } = pile
  assert(stage !== 'skip' && block !== null && xRoot !== null, 'a pile of votes for a value')
  return {
    type: TYPE_OF[stage],
    skip: false,
    height,
    round,
    block,
    xRoot,
    stateRoot,
    ...signersOf(state, pile),
  }
}

const skipFromPile = <A>(state: MessagenodeState<A>, height: number, pile: Pile): SkipCertificateBody => ({
  type: 'precommitted',
  skip: true,
  height,
  round: pile.round,
  previous: null,
  ...signersOf(state, pile),
})
