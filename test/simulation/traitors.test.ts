import { describe, expect, it } from 'vitest'
import {
  doubleVoting,
  forgetful,
  hoarding,
  selective,
  silent,
  unsealing,
} from '../support/simulation/behaviour.js'
import type { Manner } from '../support/simulation/behaviour.js'
import type { Fault } from '../support/simulation/faults/index.js'
import { calmScenario, simulateOrExplain } from '../support/simulation/index.js'

/** One traitor among four validators or three Messagenodes: the chain goes on, and only the traitor is accused. */
const treasonOf = (name: string, manner: Manner): Fault => ({
  name: 'treason',
  install(world) {
    const node = world.nodes.find((candidate) => candidate.name === name)
    const [favourite] = node ? world.fabric.neighbours(node) : []
    if (!node || !favourite) throw new RangeError(`no node ${name} with a link`)
    node.behaviour = manner(node, favourite, world.cast.network, world.random.fork('treason'))
  },
})

const MANNERS = { silent, forgetful, unsealing, selective, hoarding, doubleVoting }

describe('traitors', () => {
  it.each(
    Object.entries(MANNERS).flatMap(([name, manner]) =>
      ['v0', 'm0'].map((node) => [node, name, manner] as const),
    ),
  )('stop nothing: %s is %s', (node, _name, manner) => {
    const { counts } = simulateOrExplain({ ...calmScenario(1, 4, 3), faults: [treasonOf(node, manner)] })
    expect(counts.heights).toBeGreaterThan(3)
  })

  it('are found out when they vote twice', () => {
    const { counts } = simulateOrExplain({
      ...calmScenario(1, 4, 3),
      faults: [treasonOf('v0', doubleVoting)],
    })
    expect(counts.findings).toBe(1)
  })
})
