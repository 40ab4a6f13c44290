import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../../src/feeds/index.js'
import type { Effect } from '../../../../src/protocol/index.js'
import {
  assembled,
  commitVote,
  offers,
  playBlocks,
  playValidator,
  precommitted,
  precommitVote,
  published,
  Scene,
  sealed,
  skipped,
  skipVote,
} from '../../../support/protocol/index.js'

/** A node that starts again reads its whole log before it may sign: nothing is said before, nothing twice after. */
const setting = () => {
  const scene = new Scene()
  const player = playValidator(scene, { started: false })
  const content = scene.lane(1)
  const block = scene.block(scene.genesis, content)
  return { scene, player, content, block }
}

type Setting = ReturnType<typeof setting>

describe('before start', () => {
  it('publishes and offers nothing, whatever it reads and however long it takes', () => {
    const { scene, player, content, block } = setting()
    const effects: Effect[] = []
    effects.push(...player.take(content, assembled(scene, block)))
    effects.push(...player.timer('round'))
    effects.push(...player.take(precommitted(scene, block), skipped(scene, 1, 0)))
    effects.push(...player.connected(scene.messagenode(0).id))
    expect([published(effects), offers(effects)]).toEqual([[], []])
  })

  it('publishes nothing of whole blocks either, and then seals them', () => {
    const scene = new Scene()
    const player = playValidator(scene, { started: false })
    playBlocks(scene, player, 3, { isSealed: false })
    expect(published(player.start())).toEqual(['seal 1', 'seal 2', 'seal 3'])
  })
})

interface Replayed {
  readonly name: string
  /** The log, own votes among it. */
  readonly log: (given: Setting) => readonly FeedMessage[]
  readonly says: readonly string[]
  /** What it says on a timeout after that. */
  readonly onTimeout: readonly string[]
}

const CASES: readonly Replayed[] = [
  {
    name: 'says what it would have said',
    log: ({ scene, content, block }) => [content, assembled(scene, block)],
    says: ['precommit 1/0'],
    onTimeout: ['skip 1/0'],
  },
  {
    name: 'repeats no precommit',
    log: ({ scene, content, block }) => [content, assembled(scene, block), precommitVote(scene, 0, block)],
    says: [],
    onTimeout: ['skip 1/0'],
  },
  {
    name: 'repeats no skip, and keeps to it: no precommit and no commit of that round',
    log: ({ scene, content, block }) => [
      skipVote(scene, 0, 1),
      content,
      assembled(scene, block),
      precommitted(scene, block),
    ],
    says: [],
    onTimeout: ['skip 1/1'],
  },
  {
    name: 'repeats no commit, and keeps to it: no skip of that round',
    log: ({ scene, content, block }) => [content, precommitted(scene, block), commitVote(scene, 0, block)],
    says: [],
    onTimeout: [],
  },
  {
    name: 'knows its commit though the vote is read before everything else',
    log: ({ scene, content, block }) => [commitVote(scene, 0, block), content, precommitted(scene, block)],
    says: [],
    onTimeout: [],
  },
  {
    name: 'commits what it had not committed yet',
    log: ({ scene, content, block }) => [
      content,
      precommitVote(scene, 0, block),
      precommitted(scene, block, { round: 1 }),
    ],
    says: ['commit 1/1'],
    onTimeout: [],
  },
  {
    name: 'is not bound by the votes of others',
    log: ({ scene, content, block }) => [
      content,
      assembled(scene, block),
      precommitVote(scene, 1, block),
      skipVote(scene, 2, 1),
    ],
    says: ['precommit 1/0'],
    onTimeout: ['skip 1/0'],
  },
]

describe('after start', () => {
  it.each(CASES)('$name', ({ log, says, onTimeout }) => {
    const given = setting()
    given.player.take(...log(given))
    expect(published(given.player.start())).toEqual(says)
    expect(published(given.player.timer('round'))).toEqual(onTimeout)
  })

  it('knows its own votes for heights beyond what it has decided', () => {
    const { scene, player } = setting()
    const content = scene.lane(1)
    const first = scene.block(scene.genesis, content)
    const next = scene.block(first, scene.lane(2))
    const proposal = assembled(scene, first)
    player.take(skipVote(scene, 0, 2), sealed(scene, first))
    player.start()
    player.take(content, proposal)
    const effects = player.take(precommitted(scene, next))
    expect(published(effects)).toEqual([])
    expect(player.state.own.get(2)?.skipped.has(0)).toBe(true)
  })

  it('does not sign again what came back to it while it ran', () => {
    const { scene, player, content, block } = setting()
    player.start()
    player.take(content, assembled(scene, block))
    expect(published(player.take(precommitVote(scene, 0, block)))).toEqual([])
  })
})
