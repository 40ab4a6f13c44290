import { describe, expect, it } from 'vitest'
import {
  assembled,
  committed,
  offers,
  playValidator,
  precommitted,
  Scene,
  sealed,
  skipped,
} from '../../../support/protocol/index.js'

/** A validator offers every certificate it accepts to each Messagenode that has not shown it (protocol section 4). */
const setting = ({ started = true } = {}) => {
  const scene = new Scene()
  const content = scene.lane(0)
  const block = scene.block(scene.genesis, content)
  const ids = (...indices: readonly number[]) => indices.map((index) => scene.messagenode(index).id)
  return { scene, player: playValidator(scene, { started }), content, block, ids }
}

describe('an accepted certificate', () => {
  const { scene, block } = setting()
  it.each([
    ['precommitted', precommitted(scene, block)],
    ['of a skip', skipped(scene, 1, 0)],
    ['committed', committed(scene, block)],
    ['sealed', sealed(scene, block)],
    ['of a height to come', precommitted(scene, scene.block(block))],
  ])('%s is offered at once to those that did not show it', (_name, certificate) => {
    const { player, ids } = setting()
    expect(offers(player.take(certificate))).toEqual([{ keys: [certificate.key], to: ids(1, 2) }])
  })

  it('is offered once, whoever shows it next', () => {
    const { scene, player, block } = setting()
    player.take(precommitted(scene, block))
    expect(offers(player.take(precommitted(scene, block, { by: 1 })))).toEqual([])
  })

  it('is not offered when it does not hold', () => {
    const { scene, player, block } = setting()
    expect(offers(player.take(precommitted(scene, block, { signers: [0, 1] })))).toEqual([])
  })

  it('is not offered before signing may begin: the replay is old news', () => {
    const { scene, player, block } = setting({ started: false })
    expect(offers(player.take(precommitted(scene, block)))).toEqual([])
  })
})

describe('on a new connection', () => {
  it('offers again what that Messagenode has not shown, and nothing else', () => {
    const { scene, player, content, block, ids } = setting()
    const proposal = assembled(scene, block)
    const [skip, precommit] = [skipped(scene, 1, 0, { by: 1 }), precommitted(scene, block, { round: 1 })]
    const commit = committed(scene, block, { links: proposal.key, by: 2 })
    player.take(content, proposal, skip, precommit, commit)
    const [one, two] = [ids(1), ids(2)]
    expect(offers(player.connected(scene.messagenode(1).id))).toEqual([
      { keys: [precommit.key], to: one },
      { keys: [commit.key], to: one },
    ])
    expect(offers(player.connected(scene.messagenode(2).id))).toEqual([
      { keys: [precommit.key], to: two },
      { keys: [skip.key], to: two },
    ])
  })

  it('offers what was accepted before it started', () => {
    const { scene, player, block, ids } = setting({ started: false })
    const certificate = precommitted(scene, block)
    player.take(certificate)
    player.start()
    expect(offers(player.connected(scene.messagenode(2).id))).toEqual([
      { keys: [certificate.key], to: ids(2) },
    ])
  })

  it('offers nothing to members that are no Messagenodes', () => {
    const { scene, player, block } = setting()
    player.take(precommitted(scene, block))
    expect(offers(player.connected(scene.validator(2).id))).toEqual([])
  })
})
