import {
  betrays,
  cutOff,
  dam,
  direct,
  feedOf,
  isOwn,
  mute,
  roundsAtMost,
  saysOnly,
  submits,
  timeoutsAtMost,
} from '../../support/simulation/directed/direct.js'
import { nodeNamed } from '../../support/simulation/directed/nodes.js'
import { slowFeeds } from '../../support/simulation/directed/slow-feeds.js'
import type { Scenario } from '../../support/simulation/index.js'
import { constantDelay } from '../../support/simulation/random-delay.js'
import { calm } from './schedule.js'
import type { Schedule } from './schedule.js'
import { WITHOUT } from './sticking.js'
import type { StickingSchedule } from './sticking.js'

const NO_WORKLOAD = { messages: 0, untilMs: 0, batch: 1, failing: 0, repeated: 0, junk: 0 }

/** What all timeouts are where nothing is learned. */
const fixed = (timeoutMs: number): Scenario['parameters'] => ({
  roundTimeout: { minMs: timeoutMs, maxMs: timeoutMs, initialMs: timeoutMs },
})

const clocks = (rates: Readonly<Record<string, number>>): Scenario['clocks'] =>
  new Map(Object.entries(rates).map(([name, rate]) => [name, { offsetMs: 0, rate }]))

/**
 * Delays of 1 to 20 hops and a timeout of 12: often some validators skip a round that the others commit, so that it
 * has neither a commit certificate nor a skip certificate.
 */
const skippedAndPrecommitted: StickingSchedule = {
  name: 'delays beyond the timeout',
  clause: 'enter r+1 on PC(h,r) if it skipped r',
  scenarios: Array.from({ length: 8 }, (_, seed) => ({
    ...calm(4, 3, {
      parameters: fixed(12),
      workload: { ...NO_WORKLOAD, messages: 8, untilMs: 2_000 },
      profile: {
        link: { leastMs: 1, meanMs: 9, lossProbability: 0, lossMs: 0 },
        disk: constantDelay(0.1),
        flush: constantDelay(20),
      },
    }),
    seed,
  })),
  without: { patches: WITHOUT['if it skipped r'] },
  ends: 'stuck',
}

/** One validator is silent, and one has a timer twice as long as the others: nobody is a traitor. */
const slowTimer: StickingSchedule = {
  name: 'one timer twice the others',
  clause: 'after committing r, on its timer or on a justified proposal for (h,r+1) with base = r',
  scenarios: [
    calm(4, 1, {
      parameters: fixed(24),
      workload: NO_WORKLOAD,
      profile: { link: constantDelay(5), disk: constantDelay(0.1), flush: constantDelay(20) },
      clocks: clocks({ v0: 0.5 }),
      faults: [mute('v3'), submits('v1', 600, 1), cutOff('v0', ['m0'], 590, 640)],
    }),
  ],
  without: { patches: WITHOUT['or on a justified proposal'] },
  ends: 'stuck',
}

/**
 * A Messagenode and a validator in league show skips and their certificates to one validator only, before its own
 * timer. It is always a round ahead of the other two, and no round has three of them.
 */
const aRoundAhead: StickingSchedule = {
  name: 'skip certificates for one validator only',
  clause: 'a validator offers every certificate it accepts',
  scenarios: [
    calm(4, 2, {
      parameters: fixed(100),
      workload: NO_WORKLOAD,
      clocks: clocks({ v0: 0.9, v3: 1.2 }),
      faults: [
        submits('v1', 300, 1),
        submits('v1', 1_000, 2),
        dam('m0', 'precommit-counter', ['m1', 'v1', 'v2'], 50),
        betrays('m0', (world, self) => ({
          publishes: saysOnly('block', 'precommitted'),
          shows: (message, { name }) =>
            !isOwn(nodeNamed(world, 'v3'), message) &&
            (message.author !== feedOf(self, 'precommit-counter') || ['v0', 'v3'].includes(name)),
        })),
        betrays('v3', (_world, self) => ({
          publishes: (effect) => (effect.draft.type === 'precommit' && effect.draft.skip ? [effect] : []),
          shows: (message, { name }) => !isOwn(self, message) || name === 'm0',
        })),
      ],
    }),
  ],
  without: { patches: WITHOUT.offer },
  ends: 'stuck',
}

/**
 * Every third height is decided just before the round times out, as whoever delays two commits can have it.
 */
const lateCommits: StickingSchedule = {
  name: 'commits just before the timeout',
  clause: 'T = clamp(Tmin, Tmax, 3 x median of the last 8 durations)',
  scenarios: [
    calm(4, 1, {
      parameters: { roundTimeout: { minMs: 60, maxMs: 60_000, initialMs: 100 } },
      workload: { ...NO_WORKLOAD, messages: 40, untilMs: 12_000 },
      faults: [timeoutsAtMost(1_000), slowCommits(['v2', 'v3'], 0.9)],
    }),
  ],
  without: { patches: WITHOUT['the median'] },
  ends: 'timeout-inflates',
}

/**
 * The quorum needs a validator that answers later than half of the timeout, and one whose timer is long commits every
 * round that the other two skip: neither a commit certificate nor a skip certificate ever comes, so every round is
 * proposed again after its certificate, while the timers of those who skipped run.
 */
const slowQuorum: StickingSchedule = {
  name: 'a quorum slower than half the timeout',
  clause: 'with only PC(h, r-1), after a wait that does not grow with the rounds',
  scenarios: [
    calm(4, 2, {
      parameters: fixed(100),
      workload: NO_WORKLOAD,
      profile: { link: constantDelay(5), disk: constantDelay(0.1), flush: constantDelay(20) },
      slowness: new Map([['v2', 10]]),
      clocks: clocks({ v0: 0.05 }),
      faults: [mute('v3'), submits('v1', 600, 1)],
    }),
  ],
  without: { patches: WITHOUT['a wait that does not grow'] },
  ends: 'stuck',
}

/** Commits are under way for so long that the only assembler proposes the block some forty times. */
export const MANY_ROUNDS: Schedule = {
  name: 'a height of some forty precommitted rounds',
  scenarios: [
    calm(4, 1, {
      faults: [slowFeeds(['v2', 'v3'], 4_500, ({ body }) => body.type === 'commit')],
      faultsUntilMs: 4_500,
    }),
  ],
}

/** Holds back the commits of every third height for a share of the timeout. */
function slowCommits(names: readonly string[], share: number) {
  return direct('slow commits', (world) => {
    const held = new Set<number>()
    for (const node of names.map((name) => nodeNamed(world, name))) {
      node.behaviour = {
        ...node.behaviour,
        shows: ({ author, body }) =>
          !node.ownFeeds.has(author) || body.type !== 'commit' || !held.has(body.height),
      }
    }
    let height = 1
    world.observe({
      stepped: (node, _event, effects) => {
        if (node.name !== 'v0') return
        for (const effect of effects) {
          if (effect.kind === 'entered') height = effect.height
          if (effect.kind !== 'timer' || effect.timer !== 'round' || effect.delayMs === null) continue
          if (height % 3 === 0 && !held.has(height)) hold(height, effect.delayMs * share)
        }
      },
    })

    function hold(slow: number, forMs: number): void {
      held.add(slow)
      world.schedule.after(forMs, () => {
        held.delete(slow)
        for (const node of names.map((name) => nodeNamed(world, name))) {
          for (const feed of node.ownFeeds.keys()) world.fabric.replicate(node, feed)
        }
      })
    }
  })
}

/** One validator votes but never seals, another is cut off: blocks go on until the window is full. */
const fullWindow: StickingSchedule = {
  name: 'no seals, and a full window',
  clause: 'until SC(h) is held, height h+9 has no pending work, no timer',
  scenarios: [
    calm(4, 1, {
      workload: { ...NO_WORKLOAD, messages: 60, untilMs: 8_000 },
      faults: [
        roundsAtMost(8),
        betrays('v3', () => ({
          publishes: ({ draft, ...effect }) => (draft.type === 'seal' ? [] : [{ ...effect, draft }]),
        })),
        cutOff('v2', ['m0'], 1_000, 20_000),
      ],
      faultsUntilMs: 20_000,
    }),
  ],
  without: { patches: WITHOUT['no work at h+9'] },
  ends: 'rounds-spin',
}

/** A traitor's lane is shown to a faulty Messagenode, which shows it to validators and to no other Messagenode. */
const hiddenLane: StickingSchedule = {
  name: 'a lane for one faulty Messagenode only',
  clause: 'replication is both ways on every link',
  scenarios: [
    calm(4, 2, {
      workload: NO_WORKLOAD,
      faults: [
        submits('v3', 300, 1),
        betrays('v3', (_world, self) => ({
          shows: (message, { name }) => !isOwn(self, message) || name === 'm0',
        })),
        betrays('m0', (world) => ({
          publishes: () => [],
          shows: (message, { name }) => name !== 'm1' || !isOwn(nodeNamed(world, 'v3'), message),
        })),
      ],
    }),
  ],
  without: { faults: ['v0', 'v1', 'v2'].map((name) => oneWay(name)) },
  ends: 'stuck',
}

/** A validator that takes and never gives: correct in all but that. */
function oneWay(name: string) {
  return direct(`${name} replicates one way`, (world) => {
    const node = nodeNamed(world, name)
    node.behaviour = { ...node.behaviour, shows: (message) => isOwn(node, message) }
  })
}

export const ROUND_SCHEDULES: readonly StickingSchedule[] = [
  skippedAndPrecommitted,
  slowTimer,
  aRoundAhead,
  slowQuorum,
  lateCommits,
  fullWindow,
  hiddenLane,
]
