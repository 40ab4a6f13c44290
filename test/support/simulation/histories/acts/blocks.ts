import type { AssembledBody, LaneAdvance, MessageKey, Seen } from '../../../../../src/feeds/index.js'
import type { Plan } from '../plans.js'
import { NOBODYS, type Story } from '../story.js'
import type { Act } from './act.js'

/** A block for this height that an assembler might choose; undefined where nothing is known of the one before. */
export const someBlock = (story: Story, height: number, fairness = 0.8): Chosen | undefined => {
  const { random, record } = story
  const parent = record.trunkAt(height - 1) ?? record.plansAt(height - 1)[0]
  if (!parent) return undefined
  const branches = parent.cut.map((tip, lane) =>
    random.pick([...story.branchesOf(lane, tip), []].slice(0, 2)),
  )
  const ends = branches.map((branch, lane) => Math.max(branch.length, parent.cut[lane]?.sequence ?? 0))
  const have = random.chance(0.7)
    ? ends
    : ends.map((end, lane) => random.integer(parent.cut[lane]?.sequence ?? 0, end))
  const isFair = random.chance(fairness)
  const fair = story.planner.fair(parent, branches, have)
  const advances = isFair ? fair : unfair(story, parent)
  if (advances.length === 0) return undefined
  const plan = story.planner.plan(parent, advances)
  record.keep(plan)
  return { plan, have: isFair || random.chance(0.5) ? have : haveOf(plan) }
}

export interface Chosen {
  readonly plan: Plan
  readonly have: readonly number[]
}

export const haveOf = ({ cut }: Plan): readonly number[] => cut.map(({ sequence }) => sequence)

/** Any messages of the lanes on any branch, or all of them, or a message at another place than it stands. */
const unfair = ({ random, lanes, rivals, scribe }: Story, parent: Plan): LaneAdvance[] => {
  const isAll = random.chance(0.3)
  return lanes.flatMap((feed, lane) => {
    const from = parent.cut[lane]?.sequence ?? 0
    const branch = random.chance(0.3) ? (rivals.get(lane) ?? []) : scribe.feed(feed)
    if (branch.length <= from || random.chance(isAll ? 0 : 0.3)) return []
    const tip = branch[isAll ? branch.length - 1 : random.integer(from, branch.length - 1)]
    if (!tip) return []
    const sequence = tip.sequence + (random.chance(0.1) ? random.pick([-1, 1]) : 0)
    return sequence > from ? [{ lane, sequence, tip: tip.key }] : []
  })
}

/** An assembler proposes: a free choice, or what its base asks for; mostly the one whose turn it is. */
export const propose: Act = (story) => {
  const height = story.someHeight()
  proposeAt(story, height, story.someRound(height))
}

export const proposeAt = (story: Story, height: number, round: number, given?: Chosen): void => {
  const { random, messagenodes, context } = story
  const turn = messagenodes[(height + round) % messagenodes.length]
  const author = random.chance(0.03) ? story.someMessagenode() : turn
  if (!author || author.id === context.self) return
  const base = random.chance(0.9) ? baseOf(story, height, round) : random.integer(-1, round)
  const chosen = given ?? (base >= 0 ? again(story, height, base) : undefined) ?? someBlock(story, height)
  if (chosen) story.tell(author.roles['block-assembler'], bodyOf(story, round, base, chosen))
}

/** Sees to it that somebody has proposed the block, if anyone but the core may. */
export const proposeOnce = (story: Story, round: number, plan: Plan): void => {
  const { record, messagenodes, context } = story
  const { height, block } = plan
  if (record.proposalsAt(height).some(({ body }) => body.block === block)) return
  const isOurs = messagenodes[(height + round) % messagenodes.length]?.id === context.self
  proposeAt(story, height, isOurs ? round + 1 : round, { plan, have: haveOf(plan) })
}

/** The highest round with a precommitted certificate, and an unbroken chain of skips above it. */
const baseOf = ({ record }: Story, height: number, round: number): number => {
  for (let base = round - 1; base >= 0; base--) {
    if (record.precommitOf(height, base)) return base
    if (!record.skipOf(height, base)) return -1
  }
  return -1
}

const again = ({ record, random }: Story, height: number, base: number): Chosen | undefined => {
  const body = record.precommitOf(height, base)?.body
  const plan = body && 'block' in body ? record.planOf(height, body.block) : undefined
  return plan && random.chance(0.9) ? { plan, have: haveOf(plan) } : undefined
}

const bodyOf = (story: Story, round: number, base: number, { plan, have }: Chosen): AssembledBody => {
  const { record, messagenodes } = story
  const { height, block, advances, cutRoot, txRoot, txCount, parent } = plan
  const slots = messagenodes.map(({ roles }) => story.scribe.feed(roles['empty-block-producer']))
  const slot = slots.flat().find(({ body }) => body.type === 'block' && body.height === height)
  const others = record.certificatesAt(height)
  const another = others.length > 0 ? story.random.pick(others).key : NOBODYS
  const committed = record.stageOf(height - 1, 'committed')?.key ?? NOBODYS
  return {
    type: 'assembled',
    height,
    round,
    slot: slot?.key ?? NOBODYS,
    block,
    parent: parent?.block ?? block,
    parentCertificate: height === 1 ? null : committed,
    cut: advances,
    cutRoot,
    txRoot,
    txCount,
    have,
    seen: seenBy(story),
    base,
    justify: {
      skipped: round - 1 > base ? (record.skipOf(height, round - 1)?.key ?? another) : null,
      precommitted: base >= 0 ? (record.precommitOf(height, base)?.key ?? another) : null,
    },
  }
}

/** The newest proposals of the Messagenodes, or some of them: whatever their authors held. */
const seenBy = ({ random, messagenodes, scribe }: Story): readonly Seen[] =>
  messagenodes.flatMap(({ roles }, messagenode) => {
    const newest = scribe.feed(roles['block-assembler']).at(-1)
    if (newest?.body.type !== 'assembled' || random.chance(0.3)) return []
    return [{ messagenode, sequence: newest.sequence, key: newest.key }]
  })

/** Mostly the block that a round precommitted, or that was proposed; else any. */
export const blockToVoteFor = ({ record, random }: Story, height: number): Plan | undefined => {
  const favourite = record.trunkAt(height)
  if (favourite && random.chance(0.9)) return favourite
  const certified = record.certificatesAt(height).flatMap(({ body }) => (body.skip ? [] : [body.block]))
  const proposed = record.proposalsAt(height).map(({ body }) => body.block)
  const likely = certified[0] ?? proposed.at(-1)
  const all = [...proposed, ...certified]
  const block = random.chance(0.8) || all.length === 0 ? likely : random.pick(all)
  return (block && record.planOf(height, block)) || record.plansAt(height)[0]
}

export const proposalOf = ({ record }: Story, height: number, plan: Plan | undefined): MessageKey =>
  record.proposalsAt(height).find(({ body }) => body.block === plan?.block)?.key ?? NOBODYS
