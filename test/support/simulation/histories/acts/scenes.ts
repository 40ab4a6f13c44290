import type { Act } from './act.js'
import { blockToVoteFor, haveOf, proposeAt, someBlock } from './blocks.js'
import { advanceTo, certifyAt } from './certificates.js'
import { answer, deliverAll, restart, start } from './events.js'
import { close, fork, speak } from './lanes.js'

/** Several rounds of one height, each precommitted, skipped, both or neither, and a proposal after them. */
export const rounds: Act = (story) => {
  const { random, height } = story
  const last = random.integer(1, 4)
  const plan = random.chance(0.5) ? blockToVoteFor(story, height) : someBlock(story, height, 0.5)?.plan
  if (!plan) return
  const chosen = { plan, have: haveOf(plan) }
  const isOne = random.chance(0.6)
  const only = random.integer(0, last - 1)
  for (let round = 0; round < last; round++) {
    if (random.chance(0.4)) proposeAt(story, height, round, chosen)
    if (isOne ? round === only : random.chance(0.4)) certifyAt(story, 'precommit', height, round, plan)
    if (random.chance(isOne && round > only ? 0.9 : 0.5)) certifyAt(story, 'skip', height, round)
  }
  if (random.chance(0.7)) proposeAt(story, height, last)
}

/** Many heights in a row, as a node that comes late sees them; some are not sealed. */
export const race: Act = (story) => {
  const { random, shell } = story
  if (random.chance(0.4)) story.restart(null)
  const heights = random.integer(8, 16)
  const seals = random.pick([0, 0.5, 0.9, 1])
  const [early, late] = [random.pick([5, 50, 300]), random.pick([5, 50, 300])]
  for (let count = 0; count < heights; count++) {
    const paceMs = count < heights / 2 ? early : late
    speak(story)
    shell.at += random.between(0, paceMs)
    advanceTo(story, random.chance(seals) ? 'seal' : 'commit', paceMs)
    if (random.chance(0.5)) answer(story)
  }
  start(story)
}

/** Lanes are long and nothing of them was decided: more than a block holds. */
export const fill: Act = (story) => {
  for (let count = story.random.integer(2, 5); count > 0; count--) speak(story)
}

/** A lane is forked, and the chain closes it. */
export const closing: Act = (story) => {
  fork(story)
  close(story)
  for (let count = story.random.integer(1, 3); count > 0; count--) {
    advanceTo(story, 'seal', 0)
    deliverAll(story)
    answer(story)
  }
  if (story.random.chance(0.3)) restart(story)
}

/** Rounds too short for the network: every one is precommitted, and none committed before the next. */
export const spin: Act = (story) => {
  const { height, messagenodes } = story
  const plan = messagenodes.length > 1 ? undefined : blockToVoteFor(story, height)
  if (!plan) return
  const chosen = { plan, have: haveOf(plan) }
  const first = story.record.highest(height) + 1
  for (let round = first; round < first + SPINNING_ROUNDS; round++) {
    proposeAt(story, height, round, chosen)
    certifyAt(story, 'precommit', height, round, plan)
  }
}

/** More than the proposals that are kept of one assembler. */
const SPINNING_ROUNDS = 36
