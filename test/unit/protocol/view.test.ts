import { describe, expect, it } from 'vitest'
import { feedIdOf } from '../../../src/feeds/index.js'
import { assemblerOf } from '../../../src/protocol/index.js'
import {
  assembled,
  at,
  grow,
  playMessagenode,
  playValidator,
  precommitted,
  refusals,
  Scene,
  strangeHash,
} from '../../support/protocol/index.js'

/** What validators and Messagenodes make of a message before any rule of their own. */
const cores = [
  ['a validator', playValidator],
  ['a Messagenode', playMessagenode],
] as const

describe.each(cores)('%s', (_name, play) => {
  const setting = () => {
    const scene = new Scene()
    const player = play(scene)
    return { scene, player, ...grow(scene, scene.genesis) }
  }

  it('ignores authors that are in no registry', () => {
    const { scene, player } = setting()
    const author = feedIdOf(scene.cast.scheme.keyPair('stranger').publicKey)
    const message = scene.write(author, { type: 'transaction', transactions: [] })
    expect(refusals(player.take(message))).toEqual(['unregistered-author'])
  })

  it.each([
    ['junk', (s: Scene) => s.write(at(s.lanes, 0), { type: 'junk', code: 'malformed' })],
    [
      'wrong-feed',
      (s: Scene) =>
        s.write(s.messagenode(1).roles['seal-counter'], precommitted(s, grow(s, s.genesis).block).body),
    ],
    [
      'wrong-feed',
      (s: Scene) =>
        s.write(at(s.lanes, 0), {
          type: 'block',
          height: 1,
          previous: strangeHash('a'),
          hash: strangeHash('b'),
        }),
    ],
    ['out-of-turn', (s: Scene) => assembled(s, grow(s, s.genesis).block, { by: 2 })],
    ['out-of-turn', (s: Scene) => assembled(s, grow(s, s.genesis).block, { round: 1, by: 1 })],
  ])('refuses %s', (code, write) => {
    const { scene, player } = setting()
    expect(refusals(player.take(write(scene)))).toEqual([code])
  })

  it('keeps 32 proposals of an assembler and height, and no more', () => {
    const { scene, player, block } = setting()
    const flood = Array.from({ length: 34 }, (_, txCount) => assembled(scene, block, { txCount, round: 3 }))
    const effects = player.take(...flood)
    expect(refusals(effects).filter((code) => code === 'too-many-proposals')).toHaveLength(2)
  })

  it('makes room among them by forgetting rounds that are over', () => {
    const { scene, player, block } = setting()
    const rounds = Array.from({ length: 32 }, (_, index) => assembled(scene, block, { round: 3 * index }))
    player.take(...rounds)
    const next = assembled(scene, block, { round: 96 })
    expect(refusals(player.take(next))).toContain('too-many-proposals')
    player.take(precommitted(scene, block, { round: 50, by: 1 }))
    expect(refusals(player.take(assembled(scene, block, { round: 99 })))).not.toContain('too-many-proposals')
    expect(player.state.books.get(1)?.proposals.has(0)).toBe(false)
  })

  it('has room for a next round, however many were precommitted before it', () => {
    const { scene, player, block } = setting()
    for (let turn = 0; turn < 40; turn++) {
      const round = 3 * turn
      const effects = player.take(assembled(scene, block, { round, base: round - 3 }))
      expect(refusals(effects)).not.toContain('too-many-proposals')
      player.take(precommitted(scene, block, { round, by: 1 }))
    }
  })

  it('counts what an assembler says twice of a precommitted round', () => {
    const { scene, player, block } = setting()
    player.take(precommitted(scene, block, { round: 3, by: 1 }))
    const flood = Array.from({ length: 35 }, (_, txCount) => assembled(scene, block, { txCount, round: 3 }))
    const effects = player.take(...flood)
    expect(refusals(effects).filter((code) => code === 'too-many-proposals')).toHaveLength(2)
  })
})

describe('assembler(h, r)', () => {
  it('rotates over the Messagenodes by height and round', () => {
    const scene = new Scene({ messagenodes: 3 })
    const { chain } = playValidator(scene).state
    const places = [0, 1, 2, 3].map((round) => [1, 2, 3].map((height) => assemblerOf(chain, height, round)))
    const expected = [0, 1, 2, 3].map((round) =>
      [1, 2, 3].map((height) => scene.messagenode((height + round) % 3).id),
    )
    expect(places).toEqual(expected)
  })
})
