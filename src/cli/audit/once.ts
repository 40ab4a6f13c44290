import { setFlagsFromString } from 'node:v8'

import { audit, type AuditProgress, type AuditReport } from '../../audit/index.js'
import { loadApplication } from '../../node/application.js'
import { oldestOrigin, readOrigin } from '../../node/checkpoint/index.js'
import { Screening, type VerifiedBatches } from '../../node/screening/index.js'
import type { Context, Origin } from '../../protocol/index.js'
import { CodedError } from '../../util/index.js'
import type { OpenedSources } from './sources.js'

/**
 * An audit parses messages by the million and keeps numbers of them. Left to itself, V8 collects only when the heap is
 * several times what is in use, on a machine with much memory; earlier takes hardly any time.
 */
const HEAP_GROWING_PERCENT = 30

export interface AuditRequest {
  readonly application: string | null
  readonly jobs: number
  /** A checkpoint file, or a data directory with checkpoints. */
  readonly from: string | undefined
  readonly verified: VerifiedBatches | undefined
  readonly stop: AbortSignal
  readonly onProgress: (progress: AuditProgress) => void
}

export interface AuditedOnce {
  readonly report: AuditReport
  /** Messages whose signatures an earlier audit had verified. */
  readonly spared: number
}

/** One audit of everything that the sources hold by now. @throws CodedError as `audit`, and of checkpoints */
export const auditOnce = async (opened: OpenedSources, request: AuditRequest): Promise<AuditedOnce> => {
  const { network, sources } = opened
  const { jobs, verified, stop, onProgress } = request
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`)
  const screening = new Screening({ network, jobs, ...(verified ? { verified } : {}) })
  try {
    const { verify } = screening.memory
    const application = await loadApplication(request.application, verify)
    const context = { network, application, verify, self: network.registrar }
    const origin = await originFor(opened, request.from, context)
    const report = await audit({
      network,
      sources,
      application,
      verify,
      screen: screening,
      stop,
      onProgress,
      ...(origin ? { origin } : {}),
    })
    return { report, spared: screening.spared }
  } finally {
    await screening.close()
  }
}

/** Null for genesis, which is where an audit begins if nobody says otherwise and nothing was pruned. */
const originFor = async (
  { pruned }: OpenedSources,
  from: string | undefined,
  context: Context<unknown>,
): Promise<Origin<unknown> | null> => {
  if (from !== undefined) return readOrigin(from, context)
  if (pruned.length === 0) return null
  const beginnings = pruned.flatMap((each) => each.beginnings)
  for (const { directory } of pruned) {
    const origin = await oldestOrigin(directory, beginnings, context)
    if (origin) return origin
  }
  const names = pruned.map(({ directory }) => directory).join(', ')
  throw new CodedError('source-pruned', `${names} has pruned its lanes, and no checkpoint to begin at`, {})
}
