import { describe, expect, it } from 'vitest'
import {
  assembled,
  committed,
  draftOf,
  playMessagenode,
  precommitted,
  published,
  publishes,
  Scene,
  skipped,
  strangeKey,
  timers,
  wanted,
} from '../../../support/protocol/index.js'

/** Proposals of rounds above 0: when, and on what base (protocol section 5). With m = 3, (1,1) is number 2's. */
const setting = (index = 2) => {
  const scene = new Scene({ parameters: { roundTimeout: { minMs: 100, maxMs: 5000, initialMs: 500 } } })
  const player = playMessagenode(scene, { index })
  const content = scene.lane(0)
  const block = scene.block(scene.genesis, content)
  const proposal = assembled(scene, block)
  player.take(content)
  const pc = (round: number) => precommitted(scene, block, { by: 1, round, links: proposal.key })
  const nc = (round: number) => skipped(scene, 1, round, { by: 1, previous: strangeKey(`skip ${round - 1}`) })
  return { scene, player, content, block, proposal, pc, nc }
}

const proposals = (effects: Parameters<typeof published>[0]) =>
  published(effects).filter((name) => name.startsWith('assembled'))

describe('on NC(h, r-1)', () => {
  it('proposes at once, as a free choice, linking the skip', () => {
    const { player, nc, block } = setting()
    const skip = nc(0)
    const effects = player.take(skip)
    const draft = draftOf(effects, 'assembled')
    expect(draft).toMatchObject({
      height: 1,
      round: 1,
      base: -1,
      block: block.value.block,
      justify: { skipped: skip.key, precommitted: null },
    })
    const publish = publishes(effects).find(({ role }) => role === 'block-assembler')
    expect(publish?.durable).toEqual([skip.key])
  })

  it('waits for something to propose', () => {
    const scene = new Scene()
    const player = playMessagenode(scene, { index: 2 })
    expect(proposals(player.take(skipped(scene, 1, 0, { by: 1 })))).toEqual([])
    expect(proposals(player.take(scene.lane(3)))).toEqual(['assembled 1/1'])
  })

  it('does not wait for the pace of round 0', () => {
    const { player, proposal, nc } = setting()
    player.take(proposal)
    expect(proposals(player.take(nc(0)))).toEqual(['assembled 1/1'])
  })

  it('is silent where another is the assembler', () => {
    const { player, nc } = setting(0)
    expect(proposals(player.take(nc(0)))).toEqual([])
  })

  it('never proposes for a round below its highest certificate', () => {
    const { player, nc } = setting()
    expect(proposals(player.take(nc(3)))).toEqual([])
    expect(proposals(player.take(nc(0)))).toEqual([])
  })
})

describe('with only PC(h, r-1)', () => {
  it('proposes the block again after its own round timer, from its first sight of the certificate', () => {
    const { player, proposal, pc, block } = setting()
    player.now = 1000
    const certificate = pc(0)
    const seen = player.take(proposal, certificate)
    expect([proposals(seen), timers(seen)]).toEqual([[], ['reproposal 500']])
    player.now = 1499
    expect(timers(player.timer('reproposal'))).toEqual(['reproposal 1'])
    player.now = 1500
    const draft = draftOf(player.timer('reproposal'), 'assembled')
    expect(draft).toMatchObject({
      round: 1,
      base: 0,
      block: block.value.block,
      cut: block.advances,
      justify: { skipped: null, precommitted: certificate.key },
    })
  })

  it('is not reminded by another Messagenode that shows the same certificate later', () => {
    const { scene, player, proposal, pc, block } = setting()
    player.take(proposal, pc(0))
    player.now = 400
    expect(timers(player.take(precommitted(scene, block, { by: 0 })))).toEqual([])
    player.now = 500
    expect(proposals(player.timer('reproposal'))).toEqual(['assembled 1/1'])
  })

  it('waits no longer in a later round, whose own timer runs at the validators already', () => {
    const { player, proposal, pc } = setting(1)
    expect(timers(player.take(proposal, pc(2)))).toEqual(['reproposal 500'])
  })

  it('proposes at once when the skip certificate of that round comes too', () => {
    const { player, proposal, pc, nc } = setting()
    player.take(proposal, pc(0))
    const draft = draftOf(player.take(nc(0)), 'assembled')
    expect(draft).toMatchObject({ round: 1, base: 0, justify: { skipped: null } })
  })

  it('does not propose once the height is decided', () => {
    const { scene, player, proposal, pc, block } = setting()
    player.take(proposal, pc(0), committed(scene, block, { by: 1, links: proposal.key }))
    player.now = 900
    expect(proposals(player.timer('reproposal'))).toEqual([])
  })

  it('waits until it knows what the block is', () => {
    const { player, proposal, pc } = setting()
    player.take(pc(0))
    player.now = 600
    expect(proposals(player.timer('reproposal'))).toEqual([])
    expect(proposals(player.fetched(proposal))).toEqual(['assembled 1/1'])
  })
})

describe('the base', () => {
  /** Certificates held of rounds 0, 1, ...: P, N, both, or `-` for none. Rounds end below the one proposed. */
  const rows = [
    { held: ['N'], base: -1 },
    { held: ['N', 'N', 'N', 'N'], base: -1 },
    { held: ['PN'], base: 0 },
    { held: ['P', 'N', 'N', 'N'], base: 0 },
    { held: ['P', 'P', 'N', 'N'], base: 1 },
    { held: ['P', 'N', 'PN', 'N'], base: 2 },
    { held: ['N', 'PN', 'N', 'N'], base: 1 },
    { held: ['-', 'P', 'N', 'N'], base: 1 },
    { held: ['-', 'N', 'N', 'PN'], base: 3 },
    { held: ['P', '-', 'N', 'N'], base: null },
    { held: ['-', 'N', 'N', 'N'], base: null },
    { held: ['N', 'P', '-', 'N'], base: null },
  ]

  it.each(rows)('over $held is $base', ({ held, base }) => {
    const { player, proposal, pc, nc } = setting((1 + held.length) % 3)
    const certificates = held.flatMap((kinds, round) => [
      ...(kinds.includes('P') ? [pc(round)] : []),
      ...(kinds.includes('N') ? [nc(round)] : []),
    ])
    const effects = player.take(proposal, ...certificates)
    if (base === null) expect(proposals(effects)).toEqual([])
    else expect(draftOf(effects, 'assembled')).toMatchObject({ round: held.length, base })
  })

  it('needs the skips between: the lowest held links the one that is missing', () => {
    const { player, proposal, pc, nc } = setting(2)
    const effects = player.take(proposal, pc(0), nc(2), nc(3))
    expect(proposals(effects)).toEqual([])
    expect(wanted(effects)).toContain(strangeKey('skip 1'))
    expect(proposals(player.fetched(nc(1)))).toEqual(['assembled 1/4'])
  })
})
