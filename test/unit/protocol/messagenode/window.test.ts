import { describe, expect, it } from 'vitest'
import { emptyBlock } from '../../../../src/feeds/index.js'
import { messagenodeCore } from '../../../../src/protocol/index.js'
import {
  at,
  committed,
  nameOf,
  Player,
  playBlocks,
  playMessagenode,
  precommitted,
  precommitVote,
  publishes,
  published,
  Scene,
  sealed,
  sealVote,
  slots,
  assembled,
} from '../../../support/protocol/index.js'

/** Slots open ahead of the lowest unsealed height, and a replay repeats nothing (protocol sections 4 and 5). */
const slotsIn = (effects: Parameters<typeof publishes>[0]) =>
  publishes(effects)
    .map(({ draft }) => nameOf(draft))
    .filter((name) => name.startsWith('block'))

const heights = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `block ${from + index}`)

describe('empty blocks', () => {
  it('are opened at launch, each of them E(h) on E(h-1)', () => {
    const scene = new Scene({ parameters: { emptyBlocks: { launch: 3, ahead: 2 } } })
    const effects = playMessagenode(scene, { started: false }).start()
    const { chainId } = scene.network
    let previous = emptyBlock(chainId, 0, null)
    const expected = [1, 2, 3].map((height) => {
      const hash = emptyBlock(chainId, height, previous)
      const draft = { type: 'block', height, previous, hash }
      previous = hash
      return draft
    })
    expect(publishes(effects).map(({ draft }) => draft)).toEqual(expected)
  })

  it.each([
    { launch: 3, ahead: 2, isSealed: true, opened: heights(4, 4) },
    { launch: 5, ahead: 3, isSealed: true, opened: [] },
    { launch: 3, ahead: 4, isSealed: true, opened: heights(5, 6) },
    { launch: 4, ahead: 4, isSealed: false, opened: [] },
  ])('of $launch at launch, $ahead ahead: two blocks, sealed $isSealed, open $opened', (row) => {
    const scene = new Scene({ parameters: { emptyBlocks: row } })
    const player = playMessagenode(scene)
    const before = player.state.lastSlot.height
    playBlocks(scene, player, 2, row)
    const opened = heights(before + 1, player.state.lastSlot.height)
    expect(opened).toEqual(row.opened)
  })

  it('come 64 at a time, and go on with their own return', () => {
    const scene = new Scene({ parameters: { emptyBlocks: { launch: 150, ahead: 2 } } })
    expect(slotsIn(playMessagenode(scene, { started: false }).start())).toEqual(heights(1, 150))
    const alone = new Player(messagenodeCore(scene.context({ id: scene.messagenode(1).id })))
    expect(slotsIn(alone.start())).toEqual(heights(1, 64))
  })

  it('are not opened twice after a restart', () => {
    const scene = new Scene({ parameters: { emptyBlocks: { launch: 5, ahead: 2 } } })
    const player = playMessagenode(scene, { started: false })
    player.take(...slots(scene, 0, 3))
    expect(slotsIn(player.start())).toEqual(heights(4, 5))
  })
})

describe('a replay', () => {
  it('publishes nothing before start, whatever is read', () => {
    const scene = new Scene()
    const player = playMessagenode(scene, { started: false, index: 1 })
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    const votes = [0, 1, 2].map((v) => precommitVote(scene, v, block))
    const effects = [
      ...player.take(...slots(scene, 1, 3), content, ...votes),
      ...player.timer('batch'),
      ...player.timer('reproposal'),
      ...player.take(committed(scene, block), sealed(scene, block)),
    ]
    expect(publishes(effects)).toEqual([])
  })

  it('says after start what is still due', () => {
    const scene = new Scene()
    const player = playMessagenode(scene, { started: false, index: 1 })
    player.take(scene.lane(0))
    expect(published(player.start())).toEqual(['assembled 1/0'])
  })

  it('repeats no proposal for a height that is still open', () => {
    const scene = new Scene()
    const player = playMessagenode(scene, { started: false, index: 1 })
    const content = scene.lane(0)
    const proposal = assembled(scene, scene.block(scene.genesis, content))
    player.take(...slots(scene, 1, 10), content, proposal)
    // Long after, so that it is not the pace that keeps it silent.
    player.now = 1000
    expect(published(player.start())).toEqual([])
    expect(published(player.take(scene.lane(2)))).toEqual([])
  })

  it('repeats neither proposals nor certificates of its own feeds', () => {
    const scene = new Scene()
    const player = playMessagenode(scene, { started: false, index: 1 })
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    const proposal = assembled(scene, block)
    const log = [
      ...slots(scene, 1, 10),
      content,
      proposal,
      precommitted(scene, block, { by: 1, links: proposal.key }),
      committed(scene, block, { by: 1, links: proposal.key }),
      sealed(scene, block, { by: 1, links: proposal.key }),
    ]
    const votes = [0, 1, 2].flatMap((v) => [precommitVote(scene, v, block), sealVote(scene, v, block)])
    player.take(...votes, ...log)
    expect(published(player.start())).toEqual([])
    expect(published(player.take(sealed(scene, block, { by: 2 })))).toEqual([])
  })

  it('publishes what it learned while it was not started, for heights decided without it', () => {
    const scene = new Scene()
    const player = playMessagenode(scene, { started: false, index: 2 })
    const first = at(playBlocks(scene, player, 1), 1)
    expect(first.height).toBe(1)
    expect(published(player.start())).toEqual(['CC 1/0', 'SC 1'])
  })
})
