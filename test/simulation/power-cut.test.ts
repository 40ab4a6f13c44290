import { describe, expect, it } from 'vitest'
import type { Fault } from '../support/simulation/faults/index.js'
import { calmScenario, simulateOrExplain } from '../support/simulation/index.js'
import { constantDelay } from '../support/simulation/random-delay.js'

/**
 * The lights go out for everyone the moment a block has its first precommitted certificate, and the validator whose
 * lane the block takes from never comes back.
 */
const powerCut: Fault = {
  name: 'power cut',
  install(world) {
    let isDone = false
    const strike = (owner: string | undefined): void => {
      for (const node of world.nodes) {
        if (node.name === owner) node.bury()
        else node.crash()
      }
      for (const node of world.nodes.filter(({ isBuried }) => !isBuried)) {
        world.schedule.after(50, () => node.boot())
      }
    }
    world.observe({
      published(node, { body }) {
        if (isDone || body.type !== 'precommitted' || body.skip) return
        const proposal = node.store.get(body.assembled)?.body
        if (proposal?.type !== 'assembled') return
        isDone = true
        world.schedule.after(0, () => strike(`v${proposal.cut[0]?.lane}`))
      },
    })
  },
}

describe('a power cut', () => {
  it.each([1, 2, 3, 4])('takes no block that a quorum precommitted (seed %i)', (seed) => {
    const calm = calmScenario(seed, 4, 3)
    // Nothing reaches a disk but what a vote or a certificate takes there.
    const profile = { ...calm.profile, flush: constantDelay(1_000_000) }
    const { counts } = simulateOrExplain({ ...calm, profile, faults: [powerCut] })
    expect(counts.crashes).toBe(7)
    expect(counts.heights).toBeGreaterThan(0)
  })
})
