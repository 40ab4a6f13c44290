import { describe, expect, it } from 'vitest'
import { messagenodeCore } from '../../../../src/protocol/index.js'
import {
  assembled,
  at,
  draftOf,
  Player,
  playMessagenode,
  precommitted,
  published,
  publishes,
  Scene,
  skipped,
  skipVote,
  strangeKey,
  wanted,
} from '../../../support/protocol/index.js'

/** Skip certificates form a chain in each Messagenode's own feed, down to the base (protocol sections 4 and 5). */
const setting = () => {
  const scene = new Scene()
  const content = scene.lane(0)
  const block = scene.block(scene.genesis, content)
  return { scene, player: playMessagenode(scene), content, block, proposal: assembled(scene, block) }
}

const votesOf = (scene: Scene, round: number) =>
  [0, 1, 2].map((v) => skipVote(scene, v, 1, { round, entry: round === 0 ? null : strangeKey('entry') }))

/** Key of this Messagenode's own skip certificate of a round. */
const ownKey = (player: ReturnType<typeof playMessagenode>, round: number) =>
  player.state.own.get(1)?.certified.get(`skip ${round}`)

describe('a skip certificate', () => {
  it('of round 0 stands on nothing', () => {
    const { scene, player } = setting()
    const effects = player.take(...votesOf(scene, 0))
    expect(published(effects)).toEqual(['NC 1/0'])
    expect(draftOf(effects, 'precommitted')).toMatchObject({ skip: true, previous: null })
  })

  it('of a later round links the own one before it, not the one that was learned', () => {
    const { scene, player } = setting()
    const learned = skipped(scene, 1, 0, { by: 2 })
    player.take(learned)
    const own = ownKey(player, 0)
    expect(own).toMatch(/^%/)
    expect(own).not.toBe(learned.key)
    const next = skipped(scene, 1, 1, { by: 2, previous: learned.key })
    const effects = player.take(next)
    expect(published(effects)).toEqual(['NC 1/1'])
    expect(draftOf(effects, 'precommitted')).toEqual({ ...next.body, previous: own })
  })

  it.each([
    ['counted', (scene: Scene) => votesOf(scene, 1)],
    ['learned', (scene: Scene) => [skipped(scene, 1, 1, { by: 2, previous: strangeKey('before') })]],
  ])('%s, waits for the own certificate of the round before', (_name, messages) => {
    const { scene, player } = setting()
    expect(published(player.take(...messages(scene)))).toEqual([])
    expect(published(player.take(skipped(scene, 1, 0, { by: 1 })))).toEqual(['NC 1/0', 'NC 1/1'])
  })

  it('asks for the learned one before it by its link', () => {
    const { scene, player } = setting()
    const [zero, one] = [skipped(scene, 1, 0, { by: 2 }), strangeKey('one')]
    const two = skipped(scene, 1, 2, { by: 2, previous: one })
    expect(wanted(player.take(two))).toEqual([one])
    expect(published(player.take(zero))).toEqual(['NC 1/0'])
  })

  it('may stand on the own precommitted certificate alone, and then links nothing', () => {
    const { scene, player, content, block, proposal } = setting()
    player.take(content, proposal, precommitted(scene, block, { by: 1, links: proposal.key }))
    const learned = skipped(scene, 1, 1, { by: 2, previous: strangeKey('theirs') })
    const effects = player.take(learned)
    expect(published(effects)).toEqual(['NC 1/1', 'assembled 1/2'])
    expect(draftOf(effects, 'precommitted')).toMatchObject({ round: 1, previous: null })
  })

  it('links the own skip where the round before has both kinds', () => {
    const { scene, player, content, block, proposal } = setting()
    const both = [precommitted(scene, block, { by: 1, links: proposal.key }), skipped(scene, 1, 0, { by: 1 })]
    player.take(content, proposal, ...both)
    const effects = player.take(skipped(scene, 1, 1, { by: 2, previous: strangeKey('theirs') }))
    expect(draftOf(effects, 'precommitted')).toMatchObject({ previous: ownKey(player, 0) })
  })

  it('waits until the one before has its key, so until it is durable', () => {
    const { scene } = setting()
    const { id } = scene.messagenode(0)
    const player = new Player(messagenodeCore(scene.context({ id })))
    player.start()
    const first = player.take(...[0, 1].map((round) => skipped(scene, 1, round, { by: 2 })))
    expect(published(first)).toEqual(['NC 1/0'])
    expect(published(player.take(scene.lane(1)))).toEqual([])
    const [publish] = publishes(first).filter(({ draft }) => draft.type === 'precommitted')
    if (!publish) throw new RangeError('the certificate of round 0')
    const own = scene.publish(id, publish)
    const then = player.take(own)
    expect(published(then)).toEqual(['NC 1/1'])
    expect(draftOf(then, 'precommitted')).toMatchObject({ previous: own.key })
  })

  it('is published once a round', () => {
    const { scene, player } = setting()
    player.take(...votesOf(scene, 0))
    const others = [1, 2].map((by) => skipped(scene, 1, 0, { by, signers: [1, 2, 3] }))
    expect(published(player.take(...others, skipVote(scene, 3, 1)))).toEqual([])
  })

  it('stands beside a precommitted certificate of the same round', () => {
    const { scene, player, content, block, proposal } = setting()
    player.take(content, proposal, skipped(scene, 1, 0, { by: 2 }))
    expect(published(player.take(precommitted(scene, block, { by: 1, links: proposal.key })))).toEqual([
      'PC 1/0',
    ])
  })

  it('goes up a whole chain that comes at once, each link to the own one below', () => {
    const { scene, player } = setting()
    const chain = [0, 1, 2, 3].map((round) => skipped(scene, 1, round, { by: 2 }))
    const effects = player.take(...[...chain].reverse())
    expect(published(effects)).toEqual(['NC 1/0', 'NC 1/1', 'NC 1/2', 'NC 1/3'])
    const drafts = publishes(effects).map(({ draft }) => draft)
    const links = drafts.flatMap((draft) =>
      draft.type === 'precommitted' && draft.skip ? [draft.previous] : [],
    )
    expect(links).toEqual([null, ownKey(player, 0), ownKey(player, 1), ownKey(player, 2)])
    expect(at(links, 3)).toMatch(/^%/)
  })
})
