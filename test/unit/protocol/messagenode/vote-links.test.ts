import { describe, expect, it } from 'vitest'
import {
  commitVote,
  grow,
  playMessagenode,
  precommitted,
  precommitVote,
  Scene,
  sealVote,
  skipped,
  skipVote,
  strangeKey,
  wanted,
} from '../../../support/protocol/index.js'

/** Following the links of votes defeats a Messagenode that shows a certificate to one validator only (section 5). */
const setting = () => {
  const scene = new Scene()
  return { scene, player: playMessagenode(scene), block: grow(scene, scene.genesis).block }
}

type Setting = ReturnType<typeof setting>

describe('the certificate that a vote links', () => {
  const entry = { round: 1, entry: strangeKey('entry') }

  it.each([
    ['a commit', (g: Setting) => commitVote(g.scene, 2, g.block), strangeKey('precommitted 1')],
    ['a seal', (g: Setting) => sealVote(g.scene, 2, g.block), strangeKey('committed 1')],
    ['a precommit of a later round', (g: Setting) => precommitVote(g.scene, 2, g.block, entry), entry.entry],
    ['a skip of a later round', (g: Setting) => skipVote(g.scene, 2, 1, entry), entry.entry],
  ])('is fetched for %s, from whoever signed it', (_name, cast, key) => {
    const given = setting()
    expect(wanted(given.player.take(cast(given)))).toEqual([key])
    expect(given.player.wants()).toEqual([{ kind: 'message', key, from: [given.scene.validator(2).id] }])
  })

  it.each([
    ['a commit whose round is precommitted here', (g: Setting) => commitVote(g.scene, 2, g.block)],
    ['a skip after a round precommitted here', (g: Setting) => skipVote(g.scene, 2, 1, entry)],
  ])('is not fetched for %s', (_name, cast) => {
    const given = setting()
    given.player.take(precommitted(given.scene, given.block, { by: 1 }))
    expect(wanted(given.player.take(cast(given)))).toEqual([])
  })

  it('is not fetched for a skip after a round that was skipped here', () => {
    const given = setting()
    given.player.take(skipped(given.scene, 1, 0, { by: 1 }))
    expect(wanted(given.player.take(skipVote(given.scene, 2, 1, entry)))).toEqual([])
  })

  it('is not fetched for decided heights', () => {
    const scene = new Scene()
    const player = playMessagenode(scene)
    const { block, messages } = grow(scene, scene.genesis)
    player.take(...messages)
    expect(wanted(player.take(commitVote(scene, 2, block), sealVote(scene, 2, block)))).toEqual([])
  })
})
