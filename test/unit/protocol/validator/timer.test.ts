import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../../src/feeds/index.js'
import {
  assembled,
  at,
  committed,
  playBlocks,
  playValidator,
  precommitted,
  published,
  Scene,
  sealed,
  skipped,
  timers,
} from '../../../support/protocol/index.js'

/** The round timer of protocol section 5: it runs from entering the round or from work becoming pending. */
const setting = () => {
  const scene = new Scene({ parameters: { roundTimeout: { minMs: 100, maxMs: 5000, initialMs: 500 } } })
  return { scene, player: playValidator(scene) }
}

type Setting = ReturnType<typeof setting>

const blockOf = ({ scene }: Setting) => scene.block(scene.genesis, scene.lane(1))

describe('work pending, which starts the timer', () => {
  const cases: readonly (readonly [string, (given: Setting) => FeedMessage, boolean])[] = [
    ['a transaction in a lane', ({ scene }) => scene.lane(1), true],
    ['a lane message of junk alone', ({ scene }) => scene.lane(1, { count: 0 }), false],
    ['junk over the cap', ({ scene }) => scene.lane(1, { count: 0, size: 70_000 }), false],
    ['a proposal of the round, though its content is not here', (g) => assembled(g.scene, blockOf(g)), true],
    ['a proposal of another round', (g) => assembled(g.scene, blockOf(g), { round: 1 }), false],
    ['a precommitted certificate', (g) => precommitted(g.scene, blockOf(g)), true],
    ['a skip certificate', ({ scene }) => skipped(scene, 1, 0), false],
    ['a certificate of a height to come', (g) => precommitted(g.scene, g.scene.block(blockOf(g))), false],
  ]

  it.each(cases)('%s', (_name, message, isWork) => {
    const given = setting()
    const armed = timers(given.player.take(message(given)))
    expect(armed).toEqual(isWork ? ['round 500'] : [])
  })

  it('is nothing in a lane whose fork is proved', () => {
    const { scene, player } = setting()
    player.forked(at(scene.lanes, 1))
    expect(timers(player.take(scene.lane(1)))).toEqual([])
    expect(timers(player.take(scene.lane(2)))).toEqual(['round 500'])
  })

  it('may be there before signing begins, so that the timer runs from start', () => {
    const scene = new Scene()
    const player = playValidator(scene, { started: false })
    player.take(scene.lane(1))
    expect(published(player.timer('round'))).toEqual([])
  })
})

describe('the round timer', () => {
  it('is armed once a round', () => {
    const { scene, player } = setting()
    expect(timers(player.take(scene.lane(1)))).toEqual(['round 500'])
    expect(timers(player.take(scene.lane(2), assembled(scene, blockOf({ scene, player }))))).toEqual([])
  })

  it('starts anew on entering a round, longer than before', () => {
    const { scene, player } = setting()
    player.take(scene.lane(1))
    expect(timers(player.take(skipped(scene, 1, 0)))).toEqual(['round off', 'round 750'])
    expect(timers(player.take(skipped(scene, 1, 2)))).toEqual(['round off', 'round 1250'])
  })

  it('is disarmed when it runs out without work, and armed again when work comes', () => {
    const { scene, player } = setting()
    player.take(scene.lane(1))
    player.forked(at(scene.lanes, 1))
    const expired = player.timer('round')
    expect([published(expired), timers(expired)]).toEqual([[], []])
    player.now = 9000
    expect(timers(player.take(scene.lane(2)))).toEqual(['round 500'])
    expect(published(player.timer('round'))).toEqual(['skip 1/0'])
  })

  it('means nothing when it fires although it was never armed', () => {
    const { player } = setting()
    expect(player.timer('round')).toEqual([])
  })

  it('is silent on an idle chain after a block', () => {
    const { scene, player } = setting()
    const content = scene.lane(1)
    const block = scene.block(scene.genesis, content)
    const proposal = assembled(scene, block)
    const effects = player.take(content, proposal, committed(scene, block, { links: proposal.key }))
    expect(timers(effects).filter((timer) => timer !== 'round off')).toEqual([])
  })
})

describe('no work at h+9 until SC(h) is held', () => {
  it('has no timer at height 10 before the seal of height 1, and one after it', () => {
    const { scene, player } = setting()
    const blocks = playBlocks(scene, player, 9, { isSealed: false })
    expect(player.state.round.height).toBe(10)
    expect(timers(player.take(scene.lane(1)))).toEqual([])
    expect(published(player.timer('round'))).toEqual([])
    expect(timers(player.take(sealed(scene, at(blocks, 2))))).toEqual([])
    expect(timers(player.take(sealed(scene, at(blocks, 1))))).toEqual(['round 500'])
  })

  it('has one at height 9', () => {
    const { scene, player } = setting()
    playBlocks(scene, player, 8, { isSealed: false })
    expect(timers(player.take(scene.lane(1)))).toEqual(['round 500'])
  })
})

describe('the duration that the timer learns', () => {
  /** The timer armed for the next height, when this one took so long. */
  const nextTimer = (play: (given: Setting, decide: (round: number) => void) => void) => {
    const given = setting()
    const { scene, player } = given
    const content = scene.lane(1)
    const block = scene.block(scene.genesis, content)
    player.take(content)
    play(given, (round) => {
      const proposal = assembled(scene, block, { round })
      player.take(proposal, committed(scene, block, { round, links: proposal.key }))
    })
    return timers(player.take(scene.lane(2)))
  }

  it('runs from the beginning of the timer to the commit certificate', () => {
    const armed = nextTimer(({ player }, decide) => {
      player.now = 60
      decide(0)
    })
    expect(armed).toEqual(['round 180'])
  })

  it('is that of the successful round, not of those before it', () => {
    const armed = nextTimer(({ scene, player }, decide) => {
      player.now = 500
      player.take(skipped(scene, 1, 0))
      player.now = 570
      decide(1)
    })
    expect(armed).toEqual(['round 210'])
  })

  it('is that of a round which was left too early, where that one succeeded', () => {
    const armed = nextTimer(({ scene, player }, decide) => {
      player.now = 500
      player.take(skipped(scene, 1, 0))
      player.now = 700
      decide(0)
    })
    expect(armed).toEqual(['round 2100'])
  })

  it('is unknown where the height was decided in a round never entered', () => {
    const armed = nextTimer(({ player }, decide) => {
      player.now = 60
      decide(3)
    })
    expect(armed).toEqual(['round 500'])
  })
})
