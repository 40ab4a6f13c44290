import { cpus, loadavg } from 'node:os'

import { measureAudit } from './audit.js'
import { measureReturn } from './away.js'
import { measureCatchUp } from './catch-up.js'
import { measureFeedHop } from './feed-hop.js'
import { measureKills } from './kills.js'
import { measureIdleLatency, measureThroughput } from './network.js'
import { measureOcean } from './ocean.js'
import { measureRestart } from './restart.js'
import { measureRetained } from './retained.js'

/**
 * `npm run bench [NAME ...]`: the figures of the README and of docs/reliability.md, as JSON on standard output, one
 * object for each measurement. Nothing is asserted: machines differ, and this one may be shared.
 */
const MEASUREMENTS = {
  'feed-hop': () => measureFeedHop(),
  idle: () => measureIdleLatency(),
  throughput: () => measureThroughput(),
  'catch-up': () => measureCatchUp(),
} as const

/** Minutes long, or about faults, reading and other chains rather than consensus: only by name. */
const LONG_MEASUREMENTS = {
  audit: () => measureAudit(),
  kills: () => measureKills(),
  away: () => measureReturn(),
  ocean: () => measureOcean(),
  restart: () => measureRestart(),
  retained: () => measureRetained(),
} as const

const ALL = { ...MEASUREMENTS, ...LONG_MEASUREMENTS }

const isName = (word: string): word is keyof typeof ALL => word in ALL

const words = process.argv.slice(2)
const unknown = words.filter((word) => !isName(word))
if (unknown.length > 0) {
  console.error(
    `blockfin bench: no measurement is called ${unknown.join(', ')}; there are ${Object.keys(ALL).join(', ')}`,
  )
  process.exit(1)
}
const names =
  words.length > 0 ? words.filter(isName) : (Object.keys(MEASUREMENTS) as (keyof typeof MEASUREMENTS)[])
for (const name of names) {
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, loadBefore: loadavg()[0] }
  console.error(`blockfin bench: ${name} ...`)
  const figures = await ALL[name]()
  console.log(
    JSON.stringify(
      { measurement: name, ...figures, machine: { ...machine, node: process.version } },
      null,
      2,
    ),
  )
}
process.exit(0)
