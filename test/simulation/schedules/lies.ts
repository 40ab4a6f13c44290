import { liar } from '../../support/simulation/directed/liar.js'
import { BASE_LIES, BLOCK_LIES } from '../../support/simulation/directed/lies.js'
import { slowFeeds } from '../../support/simulation/directed/slow-feeds.js'
import { calm } from './schedule.js'
import type { Schedule } from './schedule.js'

/** One of two assemblers lies about its blocks, for ever: small blocks, many messages, some of them junk. */
const BLOCKS: readonly Schedule[] = Object.entries(BLOCK_LIES).map(([name, lie]) => ({
  name: `assembler lies: ${name}`,
  scenarios: [
    calm(4, 2, {
      parameters: { capacity: { transactions: 64, bytes: 8_192, batchMs: 40 } },
      workload: { messages: 30, untilMs: 2_000, batch: 32, failing: 0, repeated: 0, junk: 0.3 },
      faults: [liar('m0', lie)],
    }),
    // So few messages that the next assembler proposes the very block that the liar spoke of.
    calm(4, 2, {
      workload: { messages: 2, untilMs: 6_000, batch: 4, failing: 0, repeated: 0, junk: 0 },
      faults: [liar('m0', lie)],
    }),
  ],
}))

/** Nobody decides the first height for a while, since commits are slow; and the only assembler lies. */
const BASES: readonly Schedule[] = Object.entries(BASE_LIES).map(([name, lie]) => ({
  name: `assembler lies: ${name}`,
  scenarios: [
    calm(4, 1, {
      faults: [liar('m0', lie, 3_000), slowFeeds(['v2', 'v3'], 3_000, ({ body }) => body.type === 'commit')],
      faultsUntilMs: 3_000,
    }),
  ],
}))

export const LIE_SCHEDULES = [...BLOCKS, ...BASES]
