import type { SimulatedNode } from '../node.js'
import type { World } from '../world.js'
import type { Fault } from './fault.js'

/**
 * Puts twins (two nodes with the same keys, `Scenario.twins`) at different places of the network: each peer has a
 * link to one of them, or to both.
 */
export const twinsApart: Fault = {
  name: 'twins apart',
  install(world) {
    const random = world.random.fork('twins')
    for (const [one, other] of twinsIn(world)) {
      for (const peer of world.fabric.neighbours(one)) {
        const unseen = random.pick([one, other, null, null])
        if (unseen) world.fabric.cut(unseen, peer)
      }
    }
  },
}

const twinsIn = ({ nodes }: World): readonly (readonly [SimulatedNode, SimulatedNode])[] =>
  nodes.flatMap((one) => {
    const other = nodes.find(({ name }) => name === `${one.name}'`)
    return other ? [[one, other] as const] : []
  })
