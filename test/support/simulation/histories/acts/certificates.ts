import type { CertificateBody, CertifiedStage, MessageKey, Stage } from '../../../../../src/feeds/index.js'
import type { Millis } from '../../../../../src/protocol/index.js'
import type { MessagenodeRole } from '../../../../../src/roles/index.js'
import type { Plan } from '../plans.js'
import { NOBODYS, type Story } from '../story.js'
import type { Act } from './act.js'
import { blockToVoteFor, proposalOf, proposeOnce, someBlock } from './blocks.js'
import { castVotes } from './votes.js'

/** A Messagenode shows a certificate of anything, signed by a quorum. */
export const certify: Act = (story) => {
  const { random } = story
  const height = story.someHeight()
  const stage = random.pick(['precommit', 'precommit', 'skip', 'skip', 'commit', 'seal'] as const)
  certifyAt(story, stage, height, story.someRound(height), blockToVoteFor(story, height))
}

const ROLES: Record<CertificateBody['type'], MessagenodeRole> = {
  precommitted: 'precommit-counter',
  committed: 'commit-counter',
  sealed: 'seal-counter',
}

export const certifyAt = (story: Story, stage: Stage, height: number, round: number, plan?: Plan): void => {
  const { random, context, quorums, validators } = story
  const author = story.someMessagenode()
  const block = plan ?? someBlock(story, height)?.plan
  if (!author || (!block && stage !== 'skip')) return
  // A core need not live on where a quorum decided what cannot be executed.
  if (stage === 'commit' && block?.isWhole === false && random.chance(0.95)) return
  if (block && stage !== 'skip' && random.chance(0.8)) proposeOnce(story, round, block)
  const value = story.valueOf(block ?? story.planner.genesis)
  const { quorum } = context.network.genesis
  const count = random.chance(0.9) ? quorum : random.integer(quorum - 1, validators.length)
  const signers = random.sample([...validators.keys()], count).sort((a, b) => a - b)
  const links = { assembled: proposalOf(story, height, block), previous: previousOf(story, height, round) }
  const body = quorums.certificate({ stage, height, round, ...value }, signers, links)
  story.tell(author.roles[ROLES[body.type]], body)
}

const previousOf = ({ record, random }: Story, height: number, round: number): MessageKey | null => {
  if (round === 0) return null
  return record.skipOf(height, round - 1)?.key ?? (random.chance(0.5) ? NOBODYS : null)
}

/** A height goes its way, to some stage: proposed, precommitted, committed, sealed; a little may be missing. */
export const advance: Act = (story) => {
  const { random } = story
  advanceTo(story, random.pick(['precommit', 'commit', 'seal', 'seal', 'seal'] as const), 0)
}

const STAGES: readonly CertifiedStage[] = ['precommit', 'commit', 'seal']

export const advanceTo = (story: Story, last: CertifiedStage, paceMs: Millis): void => {
  const { random, record, height, shell } = story
  const round = random.chance(0.7) ? 0 : story.someRound(height)
  const plan = record.trunkAt(height) ?? blockToVoteFor(story, height) ?? someBlock(story, height)?.plan
  if (!plan) return
  if (random.chance(0.95)) proposeOnce(story, round, plan)
  for (const stage of STAGES.slice(0, STAGES.indexOf(last) + 1)) {
    if (random.chance(paceMs > 0 ? 0.02 : 0.1)) continue
    shell.at += random.between(0, paceMs)
    agree(story, stage, height, round, plan)
    story.readOwn(false)
  }
}

/** The core is shown that a quorum agrees: by a certificate, or by votes that it may count itself. */
const agree = (story: Story, stage: CertifiedStage, height: number, round: number, plan: Plan): void => {
  const { self, random, context } = story
  const isCounting = self.kind === 'messagenode' && (random.chance(0.7) || !story.someMessagenode())
  if (isCounting) castVotes(story, stage, height, round, plan, context.network.genesis.quorum)
  else certifyAt(story, stage, height, round, plan)
}
