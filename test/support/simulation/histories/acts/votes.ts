import type { MessageKey, Stage } from '../../../../../src/feeds/index.js'
import type { ValidatorRole } from '../../../../../src/roles/index.js'
import type { Plan } from '../plans.js'
import type { UnsignedVote } from '../quorums.js'
import { NOBODYS, type Story } from '../story.js'
import type { Act } from './act.js'
import { blockToVoteFor, proposalOf } from './blocks.js'

/** Some validators vote; nobody but a Messagenode would be shown it. */
export const vote: Act = (story) => {
  if (story.self.kind === 'validator') return
  const { random } = story
  const height = story.someHeight()
  const stage = random.pick(['precommit', 'precommit', 'skip', 'skip', 'commit', 'seal'] as const)
  const { quorum } = story.context.network.genesis
  const count = random.pick([1, quorum - 1, quorum, quorum])
  castVotes(story, stage, height, story.someRound(height), blockToVoteFor(story, height), count)
}

const ROLES: Record<Stage, ValidatorRole> = {
  precommit: 'precommitter',
  skip: 'precommitter',
  commit: 'committer',
  seal: 'sealer',
}

export const castVotes = (
  story: Story,
  stage: Stage,
  height: number,
  round: number,
  plan: Plan | undefined,
  count: number,
): void => {
  const { random, context, quorums, validators } = story
  if (!plan && stage !== 'skip') return
  if (stage === 'commit' && plan?.isWhole === false && random.chance(0.95)) return
  const value = story.valueOf(plan ?? story.planner.genesis)
  const entry = entryOf(story, height, round)
  for (const index of random.sample([...validators.keys()], count)) {
    const voter = validators[index]
    if (!voter || voter.id === context.self) continue
    const body = quorums.vote(index, bodyOf(story, stage, { height, round, ...value }, entry, plan))
    story.tell(voter.roles[ROLES[stage]], body)
  }
}

type Valued = { readonly height: number; readonly round: number } & ReturnType<Story['valueOf']>

const bodyOf = (
  story: Story,
  stage: Stage,
  { height, round, block, xRoot, stateRoot }: Valued,
  entry: MessageKey | null,
  plan: Plan | undefined,
): UnsignedVote => {
  const { record } = story
  switch (stage) {
    case 'skip':
      return { type: 'precommit', skip: true, height, round, entry }
    case 'precommit': {
      const exceptions = { count: 0, positions: [] }
      const assembled = proposalOf(story, height, plan)
      return { type: 'precommit', skip: false, height, round, block, xRoot, assembled, exceptions, entry }
    }
    case 'commit': {
      const precommitted = record.precommitOf(height, round)?.key ?? NOBODYS
      return { type: 'commit', height, round, block, xRoot, precommitted }
    }
    case 'seal': {
      const committed = record.stageOf(height, 'committed')?.key ?? NOBODYS
      return { type: 'seal', height, block, xRoot, stateRoot, committed }
    }
  }
}

/** The certificate by which a round is entered. */
const entryOf = ({ record }: Story, height: number, round: number): MessageKey | null => {
  if (round === 0) return null
  const before = record.skipOf(height, round - 1) ?? record.precommitOf(height, round - 1)
  return (before ?? record.precommitOf(height, round))?.key ?? NOBODYS
}
