import {
  betrays,
  cutOff,
  dam,
  direct,
  feedOf,
  isOwn,
  mute,
  saysOnly,
  submits,
  submitsJunk,
} from '../../support/simulation/directed/direct.js'
import { nodeNamed } from '../../support/simulation/directed/nodes.js'
import { constantDelay } from '../../support/simulation/random-delay.js'
import { calm } from './schedule.js'
import { WITHOUT } from './sticking.js'
import type { StickingSchedule } from './sticking.js'

const NO_WORKLOAD = { messages: 0, untilMs: 0, batch: 1, failing: 0, repeated: 0, junk: 0 }

/** A traitor that speaks to one Messagenode only, which in turn keeps it from the other. */
const whispers = (name: string, to: string) =>
  betrays(name, (_world, self) => ({
    shows: (message, peer) => !isOwn(self, message) || peer.name === to,
  }))

/**
 * m0 shows the only precommitted certificate to v0, which is cut off from all others; v0 commits, and both go down,
 * m0 for ever. Whoever has committed may not skip, and nobody else can precommit any more.
 */
const onlyHolder: StickingSchedule = {
  name: 'the only holder of a certificate commits and restarts',
  clause: 'make it and every certificate it links durable, only then let it replicate',
  scenarios: Array.from({ length: 6 }, (_, seed) => ({
    ...calm(4, 2, {
      workload: NO_WORKLOAD,
      profile: { link: constantDelay(2), disk: constantDelay(0.5), flush: constantDelay(5_000) },
      faults: [
        cutOff('v2', ['m0', 'm1'], 290, 900),
        cutOff('v0', ['m1'], 290, 600),
        submits('v2', 300, 1),
        submits('v0', 350, 2),
        whispers('v3', 'm0'),
        betrays('m0', (world, self) => ({
          publishes: saysOnly('block', 'precommitted'),
          shows: (message, peer) =>
            message.author === feedOf(self, 'precommit-counter')
              ? peer.name === 'v0'
              : isOwn(self, message) || isOwn(nodeNamed(world, 'm1'), message) || peer.name !== 'm1'
                ? true
                : message.body.type === 'transaction',
        })),
        direct('crash after the first commit', (world) => {
          const holder = nodeNamed(world, 'v0')
          let crashed = false
          world.observe({
            published: (node, { body }) => {
              if (node !== holder || body.type !== 'commit' || crashed) return
              crashed = true
              world.schedule.after(0.1, () => {
                holder.crash()
                nodeNamed(world, 'm0').bury()
              })
              world.schedule.after(300, () => holder.boot())
            },
          })
        }),
      ],
      faultsUntilMs: 1_000,
    }),
    seed,
  })),
  without: { patches: WITHOUT['durable links'] },
  ends: 'stuck',
}

/**
 * A Messagenode shows the skip certificate of a round to validators, keeps it from the others' feeds, and dies. The
 * next round has no assembler, so that its skip certificate must stand on the first one, in a feed that lives.
 */
const shownToValidators: StickingSchedule = {
  name: 'skip certificates shown to validators but to no Messagenode',
  clause: "a learned certificate is republished with the republisher's own prev",
  scenarios: [
    calm(4, 3, {
      workload: NO_WORKLOAD,
      clocks: new Map([['v0', { offsetMs: 0, rate: 0.8 }]]),
      faults: [
        dam('m0', 'precommit-counter', ['m1', 'm2'], 50),
        whispers('v3', 'm0'),
        betrays('m0', (world, self) => ({
          publishes: saysOnly('block', 'precommitted'),
          shows: (message, peer) =>
            !isOwn(nodeNamed(world, 'v3'), message) &&
            (message.author !== feedOf(self, 'precommit-counter') || !peer.name.startsWith('m')),
        })),
        mute('m2'),
        submits('v1', 300, 1),
        submits('v1', 3_000, 2),
        direct('m0 dies after its skip certificate', (world) => {
          const dying = nodeNamed(world, 'm0')
          world.observe({
            published: (node, { body }) => {
              if (node !== dying || body.type !== 'precommitted' || !body.skip || body.height < 2) return
              world.schedule.after(10, () => dying.bury())
            },
          })
        }),
      ],
      faultsUntilMs: 3_500,
    }),
  ],
  without: { patches: WITHOUT['republished with its own prev'] },
  ends: 'stuck',
}

/** A validator was down when a block was sealed, and a traitor shows its seal to a faulty Messagenode only. */
const downAtTheSeal: StickingSchedule = {
  name: 'down at the seal',
  clause: 'a validator seals every height it decides',
  scenarios: [
    calm(4, 2, {
      workload: { ...NO_WORKLOAD, messages: 60, untilMs: 6_000 },
      faults: [
        betrays('v3', (_world, self) => ({
          shows: (message, peer) => message.author !== feedOf(self, 'sealer') || peer.name === 'm0',
        })),
        betrays('m0', (world, self) => ({
          shows: (message) =>
            message.author !== feedOf(self, 'seal-counter') &&
            message.author !== feedOf(nodeNamed(world, 'v3'), 'sealer'),
        })),
        direct('v2 is down', (world) => {
          world.schedule.after(1_000, () => nodeNamed(world, 'v2').crash())
          world.schedule.after(2_500, () => nodeNamed(world, 'v2').boot())
        }),
      ],
      faultsUntilMs: 3_000,
    }),
  ],
  without: { patches: WITHOUT['seal every height'] },
  ends: 'stuck',
}

/** More junk than a block holds stands before the first transaction of a lane. */
const junkFirst: StickingSchedule = {
  name: 'junk over the byte cap before the first transaction',
  clause: 'at least one transaction, or fairFill closed a lane for a cap after taking at least one message',
  scenarios: [
    calm(4, 2, {
      parameters: { capacity: { transactions: 64, bytes: 8_192, batchMs: 40 } },
      workload: NO_WORKLOAD,
      faults: [
        submitsJunk('v0', 300, 6_000),
        submitsJunk('v0', 310, 6_000),
        submitsJunk('v0', 320, 6_000),
        submits('v0', 330, 1),
      ],
    }),
  ],
  without: { patches: WITHOUT['a proposable block'] },
  ends: 'stuck',
}

export const RESTART_SCHEDULES: readonly StickingSchedule[] = [
  onlyHolder,
  shownToValidators,
  downAtTheSeal,
  junkFirst,
]
