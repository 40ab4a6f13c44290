import {
  type Blow,
  FaultRun,
  freezeOne,
  killAll,
  killOne,
  killSome,
  killWhileStarting,
} from '../support/faults/index.js'
import { Random } from '../support/simulation/random.js'

export interface SurvivedKills {
  readonly seed: number
  readonly kills: number
  readonly hangs: number
  readonly minutes: number
  readonly blocks: number
  readonly transactions: number
  readonly acknowledged: number
  /** All of these are to be nothing. */
  readonly forks: number
  readonly faults: readonly string[]
  readonly lost: number
  readonly repeated: number
  readonly surplus: string
  /** What `blockfin audit` finds in an archive of all feeds. */
  readonly findings: readonly string[]
}

const DEFAULT_KILLS = 200
/** The last blow may have hit them all, and a start on a busy machine takes a minute. */
const RECOVERY_LIMIT_MS = 300_000
/** So often each of them is drawn. */
const BLOWS: readonly Blow[] = [
  killOne,
  killOne,
  killOne,
  killOne,
  killWhileStarting,
  killSome,
  killAll,
  freezeOne,
]

/**
 * Kills processes of a network under load, with -9 and at random moments, until so many died; then judges by what
 * stands in the feeds. `KILLS` and `SEED` in the environment choose another run.
 */
export const measureKills = async (): Promise<SurvivedKills> => {
  const goal = Number(process.env['KILLS'] ?? DEFAULT_KILLS)
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000)
  const random = new Random(`kills ${seed}`)
  const began = performance.now()
  const run = await FaultRun.begin()
  try {
    while (run.kills < goal) {
      const { what } = await run.deal(random.pick(BLOWS), random)
      console.error(`${run.kills} of ${goal} kills, ${run.load.acknowledged.length} acknowledged: ${what}`)
    }
    await run.goesOn(3, RECOVERY_LIMIT_MS)
    const { forks, faults, lost, repeated, surplus, heights, transactions, audit } =
      await run.end(RECOVERY_LIMIT_MS)
    return {
      seed,
      kills: run.kills,
      hangs: run.hits.filter(({ kills }) => kills === 0).length,
      minutes: Math.round((performance.now() - began) / 6_000) / 10,
      blocks: heights,
      transactions,
      acknowledged: run.load.acknowledged.length,
      forks: forks.length,
      faults,
      lost: lost.length,
      repeated: repeated.length,
      surplus: String(surplus),
      findings: audit.findings,
    }
  } finally {
    await run.network.close()
  }
}
