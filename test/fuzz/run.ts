import fc from 'fast-check'

import { cores } from './targets/cores.js'
import { decoders } from './targets/decoders.js'
import { http } from './targets/http.js'
import { rpc } from './targets/rpc.js'
import type { FuzzTarget } from './target.js'

/** Everything that reads what strangers send. */
export const TARGETS: readonly FuzzTarget[] = [decoders, cores, http, rpc]

export interface FuzzRun {
  readonly seed: number
  readonly runs: number
  /** Where a failure was found before: replays it alone. */
  readonly path?: string
}

/** @throws Error that says what was sent, and the command that sends it again. */
export const fuzz = async (target: FuzzTarget, { seed, runs, path }: FuzzRun): Promise<void> => {
  const opened = await target.open()
  try {
    const details = await fc.check(opened.property, {
      seed,
      numRuns: runs,
      ...(path !== undefined && { path }),
    })
    if (!details.failed) return
    const command = `npm run fuzz -- --target ${target.name} --seed ${seed} --path ${details.counterexamplePath}`
    throw new Error(`${fc.defaultReportMessage(details)}\nAgain: ${command}`)
  } finally {
    await opened.close()
  }
}
