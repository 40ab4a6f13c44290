import type { MessageKey } from '../../../../src/feeds/index.js'
import type { Millis, Publish } from '../../../../src/protocol/index.js'
import { CORRECT } from '../behaviour.js'
import type { Fault } from '../faults/index.js'
import { expectThat } from '../observer.js'
import { BlockForger } from './block-forger.js'
import type { Lie } from './lies.js'
import { nodeNamed } from './nodes.js'

/**
 * A Messagenode that tells one lie wherever it can, until some time. Whoever is correct and precommits one is caught; and
 * since other assemblers follow, the chain goes on all the same.
 */
export const liar = (name: string, lie: Lie, untilMs: Millis = Infinity): Fault => ({
  name: `${name} lies`,
  install(world) {
    const node = nodeNamed(world, name)
    const forger = new BlockForger(world, node)
    const isLonely = world.cast.network.genesis.messagenodes.length === 1
    const lies = new Set<string>()
    const told = new Set<MessageKey>()
    node.behaviour = {
      ...CORRECT,
      name: 'lying',
      correct: false,
      publishes: (effect) => (isLonely || isSaid(effect) ? [tell(effect)] : []),
    }
    world.observe({
      published: (author, { key, body }) => {
        if (author === node && body.type === 'assembled' && lies.has(placeOf(body))) told.add(key)
      },
      stepped: (voter, _event, effects) => {
        if (!voter.behaviour.correct) return
        for (const effect of effects) {
          if (effect.kind !== 'publish' || effect.draft.type !== 'precommit' || effect.draft.skip) continue
          const facts = { node: voter.name, height: effect.draft.height, round: effect.draft.round }
          expectThat(!told.has(effect.draft.assembled), 'precommitted-a-lie', facts)
        }
      },
    })

    function tell(effect: Publish): Publish {
      if (effect.draft.type !== 'assembled' || world.schedule.now > untilMs) return effect
      const told = lie(effect.draft, forger)
      if (!told) return effect
      const lied = { ...effect, ...told }
      if (lied.draft.type === 'assembled') lies.add(placeOf(lied.draft))
      return lied
    }
  },
})

/** It certifies nothing where others can, so that they have to do without it. */
const isSaid = ({ draft }: Publish): boolean => draft.type === 'block' || draft.type === 'assembled'

const placeOf = ({ height, round }: { height: number; round: number }): string => `${height} ${round}`
