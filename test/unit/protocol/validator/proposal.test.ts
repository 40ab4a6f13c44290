import { describe, expect, it } from 'vitest'
import type { AssembledBody, FeedMessage } from '../../../../src/feeds/index.js'
import {
  assembled,
  at,
  type Block,
  committed,
  playBlocks,
  playValidator,
  published,
  refusals,
  Scene,
  strangeHash,
  strangeKey,
  wanted,
} from '../../../support/protocol/index.js'

/** Rule 1 of protocol section 5 for a free choice (base = -1): each way a proposal is refused, or waits. */
const setting = () => {
  const scene = new Scene({ parameters: { capacity: { transactions: 64, bytes: 8192, batchMs: 40 } } })
  const player = playValidator(scene)
  const content = [scene.lane(0), scene.lane(2, { count: 3, failing: 1 })]
  const block = scene.block(scene.genesis, ...content)
  player.take(...content)
  return { scene, player, content, block }
}

type Setting = ReturnType<typeof setting>

const outcome = ({ player }: Setting, proposal: FeedMessage) => {
  const effects = player.take(proposal)
  return { refusals: refusals(effects), says: published(effects) }
}

const accepted = { refusals: [], says: ['precommit 1/0'] }
const refused = (code: string) => ({ refusals: [code], says: [] })
const waiting = { refusals: [], says: [] }

describe('a proposal that breaks a rule is refused', () => {
  const overrides: readonly (readonly [string, Partial<AssembledBody>])[] = [
    ['wrong-parent', { parent: strangeHash('parent') }],
    ['wrong-parent-certificate', { parentCertificate: strangeKey('genesis needs none') }],
    ['unknown-messagenode', { seen: [{ messagenode: 3, sequence: 1, key: strangeKey('seen') }] }],
    ['unknown-lane', { cut: [{ lane: 4, sequence: 1, tip: strangeKey('lane') }] }],
    ['cut-backwards', { cut: [{ lane: 0, sequence: 0, tip: strangeKey('tip') }] }],
    ['wrong-have', { have: [1, 0, 1] }],
    ['wrong-have', { have: [1, 0, 1, 0, 0] }],
    ['wrong-cut-root', { cutRoot: strangeHash('cut') }],
    ['base-not-below-round', { base: 0 }],
    ['cut-beyond-have', { have: [1, 0, 0, 0] }],
    ['wrong-tx-root', { txRoot: strangeHash('transactions') }],
    ['wrong-tx-root', { txCount: 3 }],
    ['wrong-block-id', { block: strangeHash('block') }],
  ]

  it.each(overrides)('%s: %j', (code, changes) => {
    const given = setting()
    expect(outcome(given, assembled(given.scene, given.block, changes))).toEqual(refused(code))
  })

  const blocks: readonly (readonly [string, string, (given: Setting) => Block])[] = [
    ['unfair-cut', 'leaves a lane out', ({ scene, content }) => scene.block(scene.genesis, at(content, 0))],
    [
      'unfair-cut',
      'stops short of what a lane holds',
      ({ scene, player, content }) => {
        player.take(scene.lane(0))
        return scene.block(scene.genesis, ...content)
      },
    ],
    [
      'unfair-cut',
      'takes a message over the cap',
      ({ scene, player, content }) => {
        const large = [scene.lane(3, { size: 4000 }), scene.lane(3, { size: 4000 })]
        player.take(...large)
        return scene.block(scene.genesis, ...content, ...large)
      },
    ],
    [
      'detached-cut',
      'names a tip that stands at another sequence',
      ({ scene, content }) => scene.block(scene.genesis, { ...at(content, 0), sequence: 2 }, at(content, 1)),
    ],
  ]

  it.each(blocks)('%s: it %s', (code, _name, blockOf) => {
    const given = setting()
    const block = blockOf(given)
    const have = given.scene.have().map((held, lane) => Math.max(held, block.cut[lane]?.sequence ?? 0))
    expect(outcome(given, assembled(given.scene, block, { have }))).toEqual(refused(code))
  })

  it('nothing-to-propose: it carries junk alone', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const junk = scene.write(at(scene.lanes, 1), { type: 'junk', code: 'malformed' })
    player.take(junk)
    const proposal = assembled(scene, scene.block(scene.genesis, junk))
    expect(refusals(player.take(proposal))).toEqual(['nothing-to-propose'])
  })

  it('wrong-parent-certificate: it names none above height 1', () => {
    const scene = new Scene()
    const validator = playValidator(scene)
    const blocks = playBlocks(scene, validator, 1)
    const content = scene.lane(3)
    const block = scene.block(at(blocks, 1), content)
    validator.take(content)
    expect(refusals(validator.take(assembled(scene, block, { parentCertificate: null })))).toEqual([
      'wrong-parent-certificate',
    ])
    expect(published(validator.take(assembled(scene, block)))).toEqual(['precommit 2/0'])
  })

  it('cut-backwards: it takes a lane back below its parent', () => {
    const scene = new Scene()
    const player = playValidator(scene)
    const first = at(playBlocks(scene, player, 1), 1)
    const content = scene.lane(3)
    player.take(content)
    const block = scene.block(first, content)
    const cut = [{ ...at(first.advances, 0) }, ...block.advances]
    expect(refusals(player.take(assembled(scene, block, { cut })))).toEqual(['cut-backwards'])
  })

  it('is refused once, and not judged again', () => {
    const given = setting()
    expect(outcome(given, assembled(given.scene, given.block, { txCount: 9 })).refusals).toHaveLength(1)
    expect(refusals(given.player.take(given.scene.lane(3)))).toEqual([])
  })

  it('is ignored, and convicts nobody, if it advances a lane whose fork is proved here', () => {
    const given = setting()
    given.player.forked(at(given.scene.lanes, 2))
    const effects = given.player.take(assembled(given.scene, given.block))
    const [verdict] = effects.filter((effect) => effect.kind === 'verdict')
    expect(verdict?.refusal).toEqual({ verdict: 'ignore', code: 'forked-lane', facts: { lane: 2 } })
  })
})

describe('a proposal of junk alone, by an assembler that may have counted on a lane whose fork is proved here', () => {
  const verdictOn = (beyond: number) => {
    const scene = new Scene()
    const player = playValidator(scene)
    const junk = scene.write(at(scene.lanes, 1), { type: 'junk', code: 'malformed' })
    player.take(junk)
    player.forked(at(scene.lanes, 2))
    const have = scene.have().map((held, lane) => (lane === 2 ? held + beyond : held))
    const effects = player.take(assembled(scene, scene.block(scene.genesis, junk), { have }))
    return effects.flatMap((effect) => (effect.kind === 'verdict' ? [effect.refusal] : []))
  }

  it('is ignored: the next message of that lane may have been what did not fit', () => {
    expect(verdictOn(1)).toEqual([{ verdict: 'ignore', code: 'forked-lane', facts: { lane: 2 } }])
  })

  it('is refused if the assembler held no more of that lane than its parent took', () => {
    expect(verdictOn(0)).toEqual([{ verdict: 'reject', code: 'nothing-to-propose', facts: {} }])
  })
})

describe('a proposal that stands is precommitted', () => {
  it('with its results: the failed positions are named', () => {
    const given = setting()
    const effects = given.player.take(assembled(given.scene, given.block))
    const [draft] = effects.flatMap((effect) => (effect.kind === 'publish' ? [effect.draft] : []))
    expect(draft).toMatchObject({ ...given.block.value, exceptions: { count: 1, positions: [3] } })
  })

  it('though the assembler holds more than fits, and less than is held here', () => {
    const given = setting()
    const { scene, player } = given
    player.take(scene.lane(1))
    expect(outcome(given, assembled(scene, given.block, { have: [1, 0, 1, 0] }))).toEqual(accepted)
  })

  it('with a message that does not parse inside its cut: it counts for nothing', () => {
    const given = setting()
    const { scene, player, content } = given
    const junk = scene.write(at(scene.lanes, 1), { type: 'junk', code: 'malformed' })
    expect(refusals(player.take(junk))).toEqual(['junk'])
    const block = scene.block(scene.genesis, ...content, junk)
    expect(outcome(given, assembled(scene, block))).toEqual(accepted)
  })
})

describe('a proposal waits for what is not here yet', () => {
  it('for the content of its cut, by key, from the assembler first', () => {
    const given = setting()
    const { scene, player, content } = given
    const [below, tip] = [scene.lane(1), scene.lane(1)]
    const proposal = assembled(scene, scene.block(scene.genesis, ...content, below, tip))
    const effects = player.take(proposal)
    expect([refusals(effects), wanted(effects)]).toEqual([[], [tip.key]])
    const [want] = player.wants()
    expect(want).toMatchObject({ kind: 'range', lane: scene.lanes[1], after: 0, sequence: 2 })
    expect(want?.from).toEqual([1, 0, 2].map((index) => scene.messagenode(index).id))
    expect(published(player.fetched(below))).toEqual([])
    expect(published(player.take(tip))).toEqual(['precommit 1/0'])
    expect(player.wants()).toEqual([])
  })

  it('for the message behind its cut where the assembler held more', () => {
    const given = setting()
    const { scene, player, block } = given
    const large = scene.lane(0, { size: 7000 })
    expect(outcome(given, assembled(scene, block))).toEqual(waiting)
    expect(player.wants()).toEqual([])
    expect(published(player.take(large))).toEqual(['precommit 1/0'])
  })

  it('and is refused when that message shows that it was unfair', () => {
    const given = setting()
    const { scene, player, block } = given
    const small = scene.lane(0)
    expect(outcome(given, assembled(scene, block))).toEqual(waiting)
    expect(refusals(player.take(small))).toEqual(['unfair-cut'])
  })

  it('for a parent that is decided and not executed', () => {
    const { scene, player, content } = setting()
    const late = scene.lane(1)
    const parent = scene.block(scene.genesis, ...content, late)
    const first = assembled(scene, parent)
    player.take(first, committed(scene, parent, { links: first.key }))
    const more = scene.lane(3)
    const next = assembled(scene, scene.block(parent, more))
    const effects = player.take(more, next)
    expect([refusals(effects), published(effects)]).toEqual([[], []])
    expect(published(player.take(late))).toEqual(['seal 1', 'precommit 2/0'])
  })
})
