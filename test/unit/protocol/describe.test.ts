import { describe, expect, it } from 'vitest'
import { chainFrom, genesisOrigin } from '../../../src/protocol/chain.js'
import { describes } from '../../../src/protocol/describe.js'
import { assembled, Scene, strangeHash, strangeKey } from '../../support/protocol/index.js'

const setting = () => {
  const scene = new Scene()
  const block = scene.block(scene.genesis, scene.lane(0))
  const context = scene.context(scene.validator(0))
  const chain = chainFrom(context, genesisOrigin(context))
  const parent = { block: scene.genesis.value.block, cut: scene.genesis.cut }
  return { scene, block, chain, parent, proposal: assembled(scene, block).body }
}

describe('a proposal', () => {
  it('describes its block, whatever else was asked about it before', () => {
    const { chain, parent, proposal } = setting()
    const otherCut = parent.cut.map((tip, lane) =>
      lane === 1 ? { sequence: 1, tip: strangeKey('other tip') } : tip,
    )
    for (const _ of ['first', 'again']) {
      expect(describes(chain, parent, proposal)).toBe(true)
      expect(describes(chain, { ...parent, cut: otherCut }, proposal)).toBe(false)
      expect(describes(chain, { ...parent, block: strangeHash('other parent') }, proposal)).toBe(false)
    }
  })

  it('does not describe a block whose id commits to something else', () => {
    const { scene, block, chain, parent } = setting()
    for (const lie of [{ cutRoot: strangeHash('cut') }, { txCount: 3 }, { block: strangeHash('block') }]) {
      expect(describes(chain, parent, assembled(scene, block, lie).body)).toBe(false)
    }
  })
})
