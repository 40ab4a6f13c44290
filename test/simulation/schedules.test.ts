import { describe, it } from 'vitest'
import { simulateOrExplain } from '../support/simulation/index.js'
import { realCores } from '../support/simulation/simulated-world.js'
import { SCHEDULES } from './schedules/index.js'

describe('directed schedules', () => {
  it.each(SCHEDULES.map((schedule) => [schedule.name, schedule] as const))(
    'are survived: %s',
    (_name, { scenarios, wrap }) => {
      const cores = wrap ? wrap(realCores) : realCores
      for (const scenario of scenarios) simulateOrExplain(scenario, { cores })
    },
  )
})
