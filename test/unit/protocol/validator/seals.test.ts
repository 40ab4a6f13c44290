import { describe, expect, it } from 'vitest'
import {
  assembled,
  at,
  committed,
  decided,
  draftOf,
  executed,
  grow,
  type Grown,
  halts,
  playBlocks,
  playValidator,
  precommitted,
  published,
  refusals,
  Scene,
  sealed,
  sealVote,
  strangeHash,
  wanted,
} from '../../../support/protocol/index.js'

/** Rules 5 and 6 of protocol section 5: deciding, executing, sealing. */
const seals = (effects: Parameters<typeof published>[0]) =>
  published(effects).filter((name) => name.startsWith('seal'))

/** Blocks on top of genesis that no core has seen. */
const unseen = (scene: Scene, count: number): readonly Grown[] => {
  const grown: Grown[] = []
  for (let parent = scene.genesis; parent.height < count; parent = at(grown, parent.height).block) {
    grown.push(grow(scene, parent))
  }
  return grown
}

describe('rule 5, deciding', () => {
  it('follows a commit certificate of any round, and enters round 0 of the next height', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    const proposal = assembled(scene, block)
    const effects = player.take(content, proposal, committed(scene, block, { round: 6, links: proposal.key }))
    expect([decided(effects), executed(effects)]).toEqual([[1], [1]])
    expect([player.state.round.height, player.state.round.round]).toEqual([2, 0])
  })

  it('does not wait for the block: the proposal is fetched by the link of the certificate', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    const proposal = assembled(scene, block)
    const effects = player.take(committed(scene, block, { links: proposal.key }))
    expect([decided(effects), executed(effects), wanted(effects)]).toEqual([[1], [], [proposal.key]])
    expect(wanted(player.fetched(proposal))).toEqual([content.key])
    expect(seals(player.take(content))).toEqual(['seal 1'])
    expect(player.wants()).toEqual([])
  })

  it('takes certificates that come in the wrong order, one height after the other', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const [first, second, third] = unseen(scene, 3).map(({ messages }) => messages)
    expect(decided(player.take(...(third ?? [])))).toEqual([])
    expect(decided(player.take(...(second ?? [])))).toEqual([])
    const effects = player.take(...(first ?? []))
    expect([decided(effects), executed(effects)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(seals(effects)).toEqual(['seal 1', 'seal 2', 'seal 3'])
  })

  it('does not follow a proposal whose own cut is not the decided block', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const content = [scene.lane(0), scene.lane(1)]
    const block = scene.block(scene.genesis, ...content)
    const lie = assembled(scene, block, { cut: block.advances.slice(1) })
    const honest = assembled(scene, block)
    const effects = player.take(...content, lie, committed(scene, block, { links: honest.key }))
    expect([refusals(effects), executed(effects)]).toEqual([['wrong-cut'], []])
    expect(executed(player.fetched(honest))).toEqual([1])
  })

  it('is irrevocable: a second certificate of the height, for another block, changes nothing', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const [content, other] = [scene.lane(0), scene.lane(1)]
    const block = scene.block(scene.genesis, content)
    const proposal = assembled(scene, block)
    player.take(proposal, committed(scene, block, { links: proposal.key }))
    const second = committed(scene, scene.block(scene.genesis, other), { round: 1, by: 1 })
    expect([decided(player.take(second)), player.state.chain.decided.value]).toEqual([[], block.value])
    expect(draftOf(player.take(other, content), 'seal')).toMatchObject(block.value)
  })

  it('halts where execution differs from what a quorum committed', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    const lie = { ...block, value: { ...block.value, xRoot: strangeHash('results') } }
    const effects = player.take(content, assembled(scene, block), committed(scene, lie))
    expect([halts(effects), executed(effects), published(effects)]).toEqual([['diverged-execution'], [], []])
    // It knows no chain on which it could vote any more.
    const next = scene.block(lie, scene.lane(1))
    expect(published(player.take(precommitted(scene, next)))).toEqual([])
  })

  it('says once that it halts, whatever comes after', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const content = scene.lane(0)
    const block = scene.block(scene.genesis, content)
    const lie = { ...block, value: { ...block.value, xRoot: strangeHash('results') } }
    expect(halts(player.take(content, assembled(scene, block), committed(scene, lie)))).toHaveLength(1)
    expect(halts(player.take(scene.lane(1)))).toEqual([])
  })
})

describe('rule 6, sealing', () => {
  it('seals every height, in order, also those sealed by others already', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const blocks = unseen(scene, 4)
    const said = blocks.flatMap(({ block, messages }) => [
      ...seals(player.take(sealed(scene, block))),
      ...seals(player.take(...messages)),
    ])
    expect(said).toEqual(['seal 1', 'seal 2', 'seal 3', 'seal 4'])
  })

  it('does not seal what is decided but not executed', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const { messages } = at(unseen(scene, 1), 0)
    const [content, proposal, certificate] = [at(messages, 0), at(messages, 1), at(messages, 2)]
    expect(seals(player.take(proposal, certificate))).toEqual([])
    expect(seals(player.take(content))).toEqual(['seal 1'])
  })

  const catchingUp = [
    { held: [1, 2, 3], says: [4, 5, 6, 7, 8, 9, 10, 11, 12] },
    { held: [1, 3], says: [2, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
    { held: [1, 2, 3, 4, 5, 6, 7, 8], says: [4, 5, 6, 7, 8, 9, 10, 11, 12] },
    { held: [], says: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
  ]

  it.each(catchingUp)('with 12 executed and SC of $held held, says $says', ({ held, says }) => {
    const scene = new Scene()
    const player = playValidator(scene, { started: false })
    for (const { block, messages } of unseen(scene, 12)) {
      player.take(...messages)
      if (held.includes(block.height)) player.take(sealed(scene, block))
    }
    expect(seals(player.start())).toEqual(says.map((height) => `seal ${height}`))
  })

  it('does not leave out a height before the one nine above is executed, however far others are', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const blocks = unseen(scene, 10)
    const [first] = blocks
    const late = at(at(blocks, 9).messages, 0)
    const backlog = blocks.flatMap(({ messages }) => messages).filter((message) => message !== late)
    if (!first) throw new RangeError('ten blocks')
    const effects = player.take(sealed(scene, first.block), ...backlog)
    // Height 10 is decided, so height 1 will be left out, but its turn comes only when height 10 is executed.
    expect([decided(effects).at(-1), executed(effects).at(-1), seals(effects)]).toEqual([10, 9, []])
    const rest = Array.from({ length: 9 }, (_, index) => `seal ${index + 2}`)
    expect(seals(player.take(late))).toEqual(rest)
  })

  it('seals nothing twice: what its feed has already is left as it is', () => {
    const scene = new Scene()
    const player = playValidator(scene, { started: false })
    const [one, two] = unseen(scene, 2)
    if (!one || !two) throw new RangeError('two blocks')
    player.take(sealVote(scene, 0, one.block), ...one.messages, ...two.messages)
    expect(seals(player.start())).toEqual(['seal 2'])
  })

  it('tells of every seal certificate once', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const block = at(playBlocks(scene, player, 1, { isSealed: false }), 1)
    const told = [sealed(scene, block), sealed(scene, block, { by: 1 })].flatMap((certificate) =>
      player.take(certificate).filter(({ kind }) => kind === 'sealed'),
    )
    expect(told).toHaveLength(1)
  })
})
