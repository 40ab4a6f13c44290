import { describe, expect, it } from 'vitest'
import { patchedCores } from '../support/simulation/directed/patched-core.js'
import { simulate, simulateOrExplain, Violation } from '../support/simulation/index.js'
import type { Scenario } from '../support/simulation/index.js'
import { realCores } from '../support/simulation/simulated-world.js'
import type { Cores } from '../support/simulation/simulated-world.js'
import { SCHEDULES, STICKING_SCHEDULES } from './schedules/index.js'
import type { StickingSchedule } from './schedules/index.js'

/** The same events for a core, or a network, that lacks the schedule's clause. */
const withoutClause = async ({ scenarios, without }: StickingSchedule): Promise<[Cores, Scenario[]]> =>
  'patches' in without
    ? [await patchedCores(without.patches), [...scenarios]]
    : [
        realCores,
        scenarios.map((scenario) => ({ ...scenario, faults: [...scenario.faults, ...without.faults] })),
      ]

/** What a run comes to, whatever rules its cores break on the way. */
const endOf = (scenario: Scenario, cores: Cores): string => {
  try {
    simulate(scenario, { cores, judged: false })
  } catch (error) {
    if (error instanceof Violation) return error.code
    throw error
  }
  return 'done'
}

describe('directed schedules', () => {
  it.each(SCHEDULES.map((schedule) => [schedule.name, schedule] as const))(
    'are survived: %s',
    (_name, { scenarios }) => {
      for (const scenario of scenarios) simulateOrExplain(scenario, { cores: realCores })
    },
  )

  it.each(STICKING_SCHEDULES.map((schedule) => [schedule.clause, schedule] as const))(
    'end badly without: %s',
    async (_clause, schedule) => {
      const [cores, scenarios] = await withoutClause(schedule)
      expect(scenarios.map((scenario) => endOf(scenario, cores))).toContain(schedule.ends)
    },
  )
})
