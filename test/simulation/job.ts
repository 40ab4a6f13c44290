import { ed25519Signatures, runCampaign } from '../support/simulation/index.js'
import type { Job, Report } from './jobs.js'

/** The other end of `runInJobs`: runs its stretch of seeds, and tells about every second how far it is. */
const { start, seeds, mix, ed25519 } = JSON.parse(process.argv[2] ?? '') as Job

const REPORT_MS = 1_000

const tell = (report: Report): void => {
  process.send?.(report)
}

let told = 0
const tally = runCampaign({
  start,
  seeds,
  mix,
  options: ed25519 ? { scheme: ed25519Signatures() } : {},
  failed: (error) =>
    tell({ kind: 'failed', sentence: error instanceof Error ? error.message : String(error) }),
  done: (done) => {
    if (performance.now() - told < REPORT_MS) return
    told = performance.now()
    tell({ kind: 'done', tally: done })
  },
})
tell({ kind: 'done', tally })
process.disconnect()
