import type { FeedMessage, MessageKey } from '../../../../src/feeds/index.js'
import type { Effect, Event, Publish } from '../../../../src/protocol/index.js'
import type { SimulatedNode } from '../node.js'
import { expectThat } from '../observer.js'
import type { Observer } from '../observer.js'
import { dueRounds } from './knowledge.js'
import type { HeightKnowledge, Knowledge } from './knowledge.js'

/** Where a validator is, and what it has signed in all its lives. */
interface Whereabouts {
  height: number
  round: number
  /** The timer of this round ran out and was not armed again. */
  expired: boolean
  /** The timer of this round ran out at least once. */
  everExpired: boolean
  halted: boolean
  readonly votes: Set<string>
}

/**
 * Rules 1 to 4 of protocol section 5, told from what a validator was handed: votes for the current round only,
 * linked to the certificate that opened it; no round entered without a reason, none stayed in against one; no
 * precommitted certificate left without a commit.
 */
export class RoundChecker implements Observer {
  readonly #nodes = new Map<SimulatedNode, Whereabouts>()

  constructor(private readonly knowledge: Knowledge) {}

  booted(node: SimulatedNode): void {
    this.#nodes.set(node, {
      height: 1,
      round: 0,
      expired: false,
      everExpired: false,
      halted: false,
      votes: new Set(),
    })
  }

  stepped(node: SimulatedNode, event: Event, effects: readonly Effect[]): void {
    const where = this.#nodes.get(node)
    if (!where || !node.behaviour.correct || !node.isValidator) return
    if ('messages' in event) for (const message of event.messages) remember(where, node, message)
    if (event.kind === 'timer' && event.timer === 'round') where.expired = where.everExpired = true
    for (const effect of effects) this.#follow(node, where, effect)
    if (node.hasStarted && !where.halted) this.#expectNothingOwed(node, where)
  }

  #follow(node: SimulatedNode, where: Whereabouts, effect: Effect): void {
    if (effect.kind === 'halt') where.halted = true
    if (effect.kind === 'timer' && effect.timer === 'round' && effect.delayMs !== null) where.expired = false
    if (effect.kind === 'publish') this.#vote(node, where, effect)
    if (effect.kind === 'entered') this.#enter(node, where, effect.height, effect.round)
  }

  #vote(node: SimulatedNode, where: Whereabouts, { draft }: Publish): void {
    if (draft.type !== 'precommit' && draft.type !== 'commit') return
    const { height, round } = draft
    const facts = { node: node.name, height, round, type: draft.type, in: where.round }
    const known = this.knowledge.at(node, height)
    where.votes.add(nameOf(draft))
    if (draft.type === 'commit') {
      const linked = known.precommitted.get(round)?.find(({ message }) => message.key === draft.precommitted)
      const { block, xRoot } = linked?.message.body ?? {}
      expectThat(block === draft.block && xRoot === draft.xRoot, 'commit-without-certificate', facts)
      return
    }
    expectThat(height === where.height && round === where.round, 'vote-out-of-round', facts)
    expectThat(isEntry(known, round, draft.entry), 'wrong-entry-link', facts)
    if (draft.skip) expectThat(where.everExpired, 'skip-without-timeout', facts)
    else {
      expectThat(!isPast(known, round), 'precommit-behind-certificates', facts)
      const linked = known.proposals.get(round)?.some(({ message }) => message.key === draft.assembled)
      expectThat(linked, 'precommit-of-another-round', facts)
    }
  }

  #enter(node: SimulatedNode, where: Whereabouts, height: number, round: number): void {
    const known = this.knowledge.at(node, height)
    const facts = { node: node.name, height, round, from: where.round }
    if (height > where.height) expectThat(round === 0, 'wrong-first-round', facts)
    else {
      expectThat(height === where.height && round > where.round, 'round-backwards', facts)
      expectThat(mayEnter(known, where, round), 'entered-without-reason', facts)
    }
    Object.assign(where, { height, round, expired: false, everExpired: false })
  }

  /** After every step a validator has taken the consequences of all that it knows. */
  #expectNothingOwed(node: SimulatedNode, where: Whereabouts): void {
    const { height, round } = where
    const { executed } = this.knowledge.of(node)
    if (executed !== height - 1) return
    const known = this.knowledge.at(node, height)
    const facts = { node: node.name, height, round }
    expectThat(!isPast(known, round), 'round-not-left', facts)
    for (const certified of dueRounds(known.precommitted)) {
      const voted = where.votes.has(`commit ${height} ${certified}`)
      const skipped = where.votes.has(`skip ${height} ${certified}`)
      expectThat(voted || skipped, 'commit-owed', { ...facts, certified })
      if (certified !== round) continue
      expectThat(!skipped, 'skipped-round-not-left', facts)
      const open = height <= 9 || this.knowledge.at(node, height - 9).sealed.length > 0
      expectThat(!where.expired || !open, 'committed-round-not-left', facts)
      expectThat(!isProposedAgain(known, round), 'proposed-round-not-entered', facts)
    }
  }
}

const nameOf = (draft: { type: string; skip?: boolean; height: number; round: number }): string =>
  `${draft.skip ? 'skip' : draft.type} ${draft.height} ${draft.round}`

const remember = (where: Whereabouts, node: SimulatedNode, { author, body }: FeedMessage): void => {
  if (!node.ownFeeds.has(author)) return
  if (body.type === 'precommit' || body.type === 'commit') where.votes.add(nameOf(body))
}

/** A certificate leads beyond this round. */
const isPast = (known: HeightKnowledge, round: number): boolean =>
  dueRounds(known.skipped).some((skipped) => skipped >= round) ||
  dueRounds(known.precommitted).some((certified) => certified > round)

const isEntry = (known: HeightKnowledge, round: number, entry: MessageKey | null): boolean => {
  if (round === 0 || entry === null) return round === 0 && entry === null
  return [
    known.skipped.get(round - 1),
    known.precommitted.get(round - 1),
    known.precommitted.get(round),
  ].some((list) => list?.some(({ message }) => message.key === entry))
}

/** Rule 4. */
const mayEnter = (known: HeightKnowledge, where: Whereabouts, round: number): boolean => {
  if (known.skipped.has(round - 1) || known.precommitted.has(round)) return true
  const before = round - 1
  if (where.round !== before || !known.precommitted.has(before)) return false
  if (where.votes.has(`skip ${where.height} ${before}`)) return true
  const committed = where.votes.has(`commit ${where.height} ${before}`)
  return committed && (where.everExpired || isProposed(known, before))
}

const isProposed = (known: HeightKnowledge, base: number): boolean =>
  known.proposals.get(base + 1)?.some(({ message }) => message.body.base === base) ?? false

/** Of the certified block, so that it is justified. */
const isProposedAgain = (known: HeightKnowledge, base: number): boolean => {
  const block = known.precommitted.get(base)?.[0]?.message.body.block
  return (
    known.proposals
      .get(base + 1)
      ?.some(({ message: { body }, due }) => due && body.base === base && body.block === block) ?? false
  )
}
