import { describe, expect, it } from 'vitest'
import {
  assembled,
  at,
  committed,
  draftOf,
  grow,
  playBlocks,
  playMessagenode,
  published,
  publishes,
  Scene,
  sealed,
  timers,
} from '../../../support/protocol/index.js'

/** The assembler of round 0: when it proposes, and what (protocol section 5). With m = 3, (1,0) is number 1's. */
const CAPACITY = { transactions: 64, bytes: 8192, batchMs: 40 }

const setting = (index = 1) => {
  const scene = new Scene({ parameters: { capacity: CAPACITY } })
  return { scene, player: playMessagenode(scene, { index }) }
}

describe('assembler(h, r) = Messagenode[(h + r) mod m]', () => {
  it.each([
    { index: 0, says: [] },
    { index: 1, says: ['assembled 1/0'] },
    { index: 2, says: [] },
  ])('at (1, 0), number $index says $says', ({ index, says }) => {
    const { scene, player } = setting(index)
    expect(published(player.take(scene.lane(0)))).toEqual(says)
  })
})

describe('a proposal of round 0', () => {
  it('is the fair fill of what is held, justified by nothing', () => {
    const { scene, player } = setting()
    const content = [scene.lane(1, { count: 2 }), scene.lane(3)]
    const block = scene.block(scene.genesis, ...content)
    const effects = player.take(...content)
    expect(draftOf(effects, 'assembled')).toEqual({
      type: 'assembled',
      height: 1,
      round: 0,
      slot: player.state.own.get(1)?.slot,
      block: block.value.block,
      parent: scene.network.chainId,
      parentCertificate: null,
      cut: block.advances,
      ...block.facts,
      have: [0, 1, 0, 1],
      seen: [],
      base: -1,
      justify: { skipped: null, precommitted: null },
    })
    expect(publishes(effects)).toMatchObject([{ role: 'block-assembler', durable: [], voteBytes: null }])
  })

  it('names no proposal as seen whose author held more of a lane than is held here', () => {
    const { scene, player } = setting(2)
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    scene.lane(3)
    const proposal = assembled(scene, block)
    player.take(content, proposal, committed(scene, block, { by: 1, links: proposal.key }))
    player.now = 100
    const unseen = draftOf(player.take(scene.lane(1)), 'assembled')
    expect([proposal.body.have, unseen.have, unseen.seen]).toEqual([[1, 0, 0, 1], [1, 1, 0, 0], []])
  })

  it('links the certificate of its parent, which is durable before it, and the other assemblers seen', () => {
    const { scene, player } = setting(2)
    const content = scene.lane(0)
    const first = scene.block(scene.genesis, content)
    const proposal = assembled(scene, first)
    const certificate = committed(scene, first, { by: 1, links: proposal.key })
    player.take(content, proposal, certificate)
    player.now = 100
    const effects = player.take(scene.lane(0))
    expect(draftOf(effects, 'assembled')).toMatchObject({
      height: 2,
      parent: first.value.block,
      parentCertificate: certificate.key,
      seen: [{ messagenode: 1, sequence: 1, key: proposal.key }],
    })
    expect(publishes(effects)).toMatchObject([{ durable: [certificate.key] }])
  })

  it('tells all that is held, and takes what fits', () => {
    const { scene, player } = setting()
    const content = [5000, 5000, 2000].map((size) => scene.lane(1, { size }))
    const draft = draftOf(player.take(...content, scene.lane(2, { size: 3000 })), 'assembled')
    expect(draft.have).toEqual([0, 3, 1, 0])
    expect(draft.cut.map(({ lane, sequence }) => [lane, sequence])).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  it('is made once', () => {
    const { scene, player } = setting()
    player.take(scene.lane(0))
    expect(published(player.take(scene.lane(1)))).toEqual([])
  })

  it('is not made of junk alone, but of junk over the cap', () => {
    const { scene, player } = setting()
    expect(published(player.take(scene.lane(0, { count: 0, size: 5000 })))).toEqual([])
    expect(published(player.take(scene.lane(0, { count: 0, size: 5000 })))).toEqual(['assembled 1/0'])
  })

  it('takes nothing of a lane whose fork is proved', () => {
    const { scene, player } = setting()
    player.forked(at(scene.lanes, 0))
    expect(published(player.take(scene.lane(0)))).toEqual([])
    const draft = draftOf(player.take(scene.lane(2)), 'assembled')
    expect(draft.cut.map(({ lane }) => lane)).toEqual([2])
  })
})

describe('the pace', () => {
  /** Number 2 assembles height 2; height 1 was proposed at time 0 and is decided. */
  const afterFirst = () => {
    const { scene, player } = setting(2)
    const { messages } = grow(scene, scene.genesis)
    player.take(...messages)
    return { scene, player }
  }

  it('is at once after idle', () => {
    const { scene, player } = afterFirst()
    player.now = 40
    expect(published(player.take(scene.lane(1)))).toEqual(['assembled 2/0'])
  })

  it('is batchMs after the last proposal, by a timer armed once', () => {
    const { scene, player } = afterFirst()
    player.now = 15
    const early = player.take(scene.lane(1))
    expect([published(early), timers(early)]).toEqual([[], ['batch 25']])
    player.now = 30
    expect(timers(player.take(scene.lane(2)))).toEqual([])
    player.now = 40
    const draft = draftOf(player.timer('batch'), 'assembled')
    expect(draft.cut.map(({ lane }) => lane)).toEqual([1, 2])
  })

  it('is at once when the block is full', () => {
    const { scene, player } = afterFirst()
    player.now = 5
    const content = [scene.lane(1, { size: 5000 }), scene.lane(2, { size: 5000 })]
    expect(published(player.take(...content))).toEqual(['assembled 2/0'])
  })

  it('arms the timer again when it fires too early', () => {
    const { scene, player } = afterFirst()
    player.now = 10
    player.take(scene.lane(1))
    player.now = 20
    expect(timers(player.timer('batch'))).toEqual(['batch 20'])
  })
})

describe('height h+9', () => {
  it('is not assembled before SC(h) is held', () => {
    const { scene, player } = setting()
    const blocks = playBlocks(scene, player, 9, { isSealed: false })
    player.now = 1000
    expect(published(player.take(scene.lane(0)))).toEqual([])
    expect(published(player.take(sealed(scene, at(blocks, 2))))).toEqual(['SC 2'])
    expect(published(player.take(sealed(scene, at(blocks, 1))))).toEqual(['SC 1', 'assembled 10/0'])
  })
})
