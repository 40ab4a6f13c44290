import { encodeBody } from '../../../src/feeds/index.js'
import { busyScenario, SMALL } from '../simulation/busy-scenario.js'
import { counterTransaction } from '../simulation/counter-application.js'
import type { Fault } from '../simulation/faults/index.js'
import { drawScenario, type Scenario } from '../simulation/index.js'

/** What traitors of the corpus are put into: small networks in which their deeds show. */
export type Scene = (seed: number) => Scenario

/** Small blocks and, at even seeds, links slower than the timers allow for: rounds are left, and bases matter. */
export const busy: Scene = (seed) => {
  const scenario = busyScenario(SMALL, seed, [])
  const workload = { ...scenario.workload, messages: 16, untilMs: 500 }
  return { ...(seed % 2 === 0 ? slowed(scenario) : scenario), workload, faultsUntilMs: 500 }
}

/** Blocks that always have room for another message. */
export const roomy: Scene = (seed) => {
  const scenario = busy(seed)
  const capacity = { transactions: 1024, bytes: 262_144, batchMs: 40 }
  return { ...scenario, parameters: { ...scenario.parameters, capacity } }
}

const slowed = (scenario: Scenario): Scenario => ({
  ...scenario,
  profile: { ...scenario.profile, link: { leastMs: 2, meanMs: 15, lossProbability: 0.05, lossMs: 150 } },
  parameters: { ...scenario.parameters, roundTimeout: { minMs: 20, maxMs: 60, initialMs: 20 } },
})

/** Heights enough for what only numbers show, in blocks that have room. */
const long = (seed: number, messagenodes: number, untilMs: number, faults: readonly Fault[]): Scenario => {
  const scenario = busyScenario({ ...SMALL, messagenodes }, seed, faults)
  return {
    ...scenario,
    parameters: { capacity: { transactions: 256, bytes: 65_536, batchMs: 40 } },
    workload: { messages: 0, untilMs, batch: 1, failing: 0, repeated: 0, junk: 0 },
    faultsUntilMs: untilMs,
  }
}

const SHORT_MS = 4_500
/** Of what comes in bursts, few heights count. */
const LONG_MS = 10_000

/** Every validator says something again and again. */
export const steady: Scene = (seed) =>
  long(seed, 2, SHORT_MS, [speaking([0, 1, 2, 3], { everyMs: 60, untilMs: SHORT_MS })])

/** One Messagenode is all there are, and it has something of others to propose whenever it may. */
export const alone: Scene = (seed) =>
  long(seed, 1, SHORT_MS, [
    speaking([0], { everyMs: 1_000, untilMs: SHORT_MS }),
    speaking([1, 2], { everyMs: 15, untilMs: SHORT_MS }),
  ])

/** The first validator says more at once than a few blocks can take, again and again, while others go on. */
export const backlog: Scene = (seed) =>
  long(seed, 2, LONG_MS, [
    speaking([0], { everyMs: 400, untilMs: LONG_MS, atOnce: 17, batch: 60 }),
    speaking([1, 2], { everyMs: 15, untilMs: LONG_MS }),
  ])

/** By then every node has started: who has not takes no transactions. */
const STARTED_MS = 300

interface Speech {
  readonly everyMs: number
  readonly untilMs: number
  /** Messages at each of these times. */
  readonly atOnce?: number
  /** Transactions in each. */
  readonly batch?: number
}

/** Lane messages of these validators at regular times. */
const speaking = (
  validators: readonly number[],
  { everyMs, untilMs, atOnce = 1, batch = 1 }: Speech,
): Fault => ({
  name: `validators ${validators.join()} speak`,
  install(world) {
    for (const validator of validators) {
      const node = world.nodes.filter(({ isValidator }) => isValidator)[validator]
      if (!node) throw new RangeError(`no validator ${validator}`)
      for (let message = 0; message * everyMs < atOnce * untilMs; message++) {
        const atMs = STARTED_MS + Math.floor(message / atOnce) * everyMs
        world.schedule.after(atMs, () => {
          const first = (validator * 1_000 + message) * batch
          const transactions = Array.from({ length: batch }, (_, place) =>
            counterTransaction(first + place, false),
          )
          const content = encodeBody({ type: 'transaction', transactions })
          if (node.hasStarted) node.publisher.publishContent('transaction-validator', content)
        })
      }
    }
  },
})

/** A drawn scenario in which nobody breaks a rule, whatever the links, disks and clocks do. */
export const honest: Scene = (seed) => {
  const drawn = drawScenario(seed)
  const faults = drawn.faults.filter(({ name }) => !/treason|forked/.test(name))
  return { ...drawn, faults, workload: { ...drawn.workload, junk: 0 } }
}

/** The same for as many heights as what only numbers show needs. */
export const honestLong: Scene = (seed) => {
  const drawn = honest(seed)
  const speakers = Array.from({ length: drawn.validators }, (_, validator) => validator)
  return {
    ...drawn,
    parameters: { ...drawn.parameters, capacity: { transactions: 256, bytes: 65_536, batchMs: 40 } },
    workload: { ...drawn.workload, messages: 0, untilMs: SHORT_MS },
    faults: [...drawn.faults, speaking(speakers, { everyMs: 60, untilMs: SHORT_MS })],
    faultsUntilMs: SHORT_MS,
  }
}
