import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../src/feeds/index.js'
import {
  assembled,
  at,
  committed,
  executed,
  grow,
  type Player,
  playMessagenode,
  playValidator,
  precommitted,
  precommitVote,
  readings,
  Scene,
  sealed,
} from '../../support/protocol/index.js'

/** Feeds that run ahead of the window are left unread, and read again when it reaches them (protocol section 5). */
const CAPACITY = { transactions: 64, bytes: 8192, batchMs: 40 }

const chainOf = (scene: Scene, count: number) => {
  const grown = [grow(scene, scene.genesis)]
  while (grown.length < count) grown.push(grow(scene, at(grown, grown.length - 1).block))
  return grown
}

/** Reads a feed on from where a core wants it, as the node does. */
const reread = (
  player: Pick<Player<unknown>, 'take'>,
  log: readonly FeedMessage[],
  effects: readonly string[],
) => {
  const [feed, from] = at(effects, 0).replace('reread ', '').split(' from ')
  return player.take(...log.filter(({ author, sequence }) => author === feed && sequence >= Number(from)))
}

const cores = [
  ['a validator', playValidator],
  ['a Messagenode', playMessagenode],
] as const

describe.each(cores)('%s', (_name, play) => {
  it('leaves a lane that is four blocks ahead, and reads on as blocks take from it', () => {
    const scene = new Scene({ parameters: { capacity: CAPACITY } })
    const player = play(scene)
    const log = Array.from({ length: 12 }, () => scene.lane(0, { size: 4000 }))
    const lane = at(scene.lanes, 0)
    // 4 x 8192 are exceeded with the ninth message of 4000.
    expect(readings(player.take(...log))).toEqual([`pause ${lane}`])
    const block = scene.block(scene.genesis, at(log, 0), at(log, 1))
    const proposal = assembled(scene, block)
    const effects = player.take(proposal, committed(scene, block, { links: proposal.key }))
    expect(readings(effects)).toEqual([`reread ${lane} from 10`])
    expect(readings(reread(player, log, readings(effects)))).toEqual([`pause ${lane}`])
  })

  it('leaves a certificate feed at the first height too far ahead, and reads on from there', () => {
    const scene = new Scene({ parameters: { capacity: CAPACITY } })
    const player = play(scene)
    const chain = chainOf(scene, 12)
    const ahead = chain.map(({ block }) => precommitted(scene, block, { by: 2 }))
    const feed = scene.messagenode(2).roles['precommit-counter']
    const paused = readings(player.take(...ahead))
    expect(paused).toEqual([`pause ${feed}`])
    const first = at(chain, 0)
    const effects = player.take(...first.messages, sealed(scene, first.block))
    expect(executed(effects)).toEqual([1])
    const again = readings(effects)
    expect(again).toEqual([`reread ${feed} from 11`])
    expect(readings(reread(player, ahead, again))).toEqual([`pause ${feed}`])
  })

  it('takes nothing of a feed while it is left unread, not even what would be due', () => {
    const scene = new Scene()
    const player = play(scene)
    const chain = chainOf(scene, 12)
    const far = precommitted(scene, at(chain, 11).block, { by: 2 })
    const near = precommitted(scene, at(chain, 0).block, { by: 2 })
    player.take(far)
    player.take(near)
    expect(player.state.books.get(1)?.precommitted.size ?? 0).toBe(0)
  })

  it('drops what is fetched for heights beyond the window, without leaving the feed', () => {
    const scene = new Scene()
    const player = play(scene)
    const far = precommitted(scene, at(chainOf(scene, 12), 11).block, { by: 2 })
    expect(readings(player.fetched(far))).toEqual([])
    expect(player.state.books.has(12)).toBe(false)
  })

  it('always takes its own messages', () => {
    const scene = new Scene()
    const player = play(scene, { started: false })
    const { block } = at(chainOf(scene, 12), 11)
    expect(readings(player.take(precommitVote(scene, 0, block), precommitted(scene, block)))).toHaveLength(1)
  })
})

describe('the window of a Messagenode', () => {
  const aheadOf = (isSealed: boolean) => {
    const scene = new Scene()
    const player = playMessagenode(scene)
    const chain = chainOf(scene, 12)
    player.take(...chain.map(({ block }) => precommitted(scene, block, { by: 2 })))
    const { block, messages } = at(chain, 0)
    return readings(player.take(...messages, ...(isSealed ? [sealed(scene, block)] : [])))
  }

  it('moves when its lowest height is sealed, and no sooner, whatever is executed', () => {
    expect(aheadOf(false)).toEqual([])
    expect(aheadOf(true)).toHaveLength(1)
  })
})
