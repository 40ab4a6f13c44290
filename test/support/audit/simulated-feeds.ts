import { audit, type AuditReport, type FeedSource, memorySource } from '../../../src/audit/index.js'
import { counterApplication } from '../simulation/counter-application.js'
import type { Fault } from '../simulation/faults/index.js'
import { type Scenario, type SimulationOptions, simulateOrExplain } from '../simulation/index.js'
import type { SimulatedNode } from '../simulation/node.js'
import { originalOf } from '../simulation/substrate/wire.js'
import type { World } from '../simulation/world.js'

/** Runs a scenario to its end; gives its world, with what every node has on its disk. */
export const worldOf = (scenario: Scenario, options: SimulationOptions = {}): World => {
  let world: World | undefined
  const kept: Fault = {
    name: 'kept',
    install: (installed) => {
      world = installed
    },
  }
  simulateOrExplain({ ...scenario, faults: [...scenario.faults, kept] }, options)
  if (!world) throw new Error('a scenario has a world')
  return world
}

/** The feeds of a node in its order of arrival. */
export const sourceOf = ({ name, member, store }: SimulatedNode): FeedSource =>
  memorySource(
    name,
    store.log.map((message, arrival) => ({
      key: message.key,
      value: originalOf(message),
      receivedAt: arrival,
    })),
    member.id,
  )

/** Audits what these nodes hold; all that run, unless names are given. */
export const auditOf = (
  { cast, nodes }: World,
  names: readonly string[] = nodes.map(({ name }) => name),
): Promise<AuditReport> =>
  audit({
    network: cast.network,
    sources: nodes.filter(({ name }) => names.includes(name)).map(sourceOf),
    application: counterApplication,
    verify: cast.scheme.verify,
  })
