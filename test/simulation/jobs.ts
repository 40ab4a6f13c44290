import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { addTally, noTally } from '../support/simulation/index.js'
import type { Campaign, Mix, Tally } from '../support/simulation/index.js'

/** What a process of its own is asked to do. */
export interface Job {
  readonly start: number
  readonly seeds: number
  readonly mix: Mix
  readonly ed25519: boolean
}

/** What such a process tells. */
export type Report =
  { readonly kind: 'done'; readonly tally: Tally } | { readonly kind: 'failed'; readonly sentence: string }

/** Shares a campaign out among processes, each with a stretch of its seeds. */
export const runInJobs = async (campaign: Campaign, jobs: number, ed25519: boolean): Promise<Tally> => {
  const { start, seeds, mix } = campaign
  const tallies = Array.from({ length: jobs }, noTally)
  const shares = tallies.map((_, job) => {
    const from = Math.floor((seeds * job) / jobs)
    const until = Math.floor((seeds * (job + 1)) / jobs)
    return run({ start: start + from, seeds: until - from, mix, ed25519 }, (report) => {
      if (report.kind === 'failed') campaign.failed?.(new Error(report.sentence))
      else {
        tallies[job] = report.tally
        campaign.done?.(tallies.reduce(addTally))
      }
    })
  })
  await Promise.all(shares)
  return tallies.reduce(addTally)
}

/** @throws Error if the process ends with anything but 0. */
const run = (job: Job, hear: (report: Report) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./job.ts', import.meta.url)), [JSON.stringify(job)])
    child.on('message', (report: Report) => hear(report))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the process for the seeds from ${job.start} on ended with ${code}`))
    })
  })
