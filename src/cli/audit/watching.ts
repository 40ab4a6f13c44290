import { setTimeout as pause } from 'node:timers/promises'

import { type AuditFinding, type AuditReport, findingName } from '../../audit/index.js'
import { isCoded } from '../../util/index.js'

export interface WatchPorts {
  /** Audits everything that is there by now. @throws CodedError `audit-stopped` */
  readonly audit: () => Promise<AuditReport>
  /** Another one when there is more. */
  readonly stamp: () => Promise<string>
  readonly stop: AbortSignal
  readonly onReport: (report: AuditReport, fresh: readonly AuditFinding[]) => Promise<void>
}

/** Between two looks at whether the sources have grown. */
const LOOK_MS = 1000

/**
 * Audits again whenever the sources have grown, from the beginning each time: so a finding is the same as that of an audit
 * made once, also where what came later changes what was said before. It pauses as long as it has worked.
 *
 * @returns the last report; null if it was stopped before there was one
 */
export const watch = async ({ audit, stamp, stop, onReport }: WatchPorts): Promise<AuditReport | null> => {
  const told = new Set<string>()
  let report: AuditReport | null = null
  let seen = ''
  while (!stop.aborted) {
    const before = await stamp()
    if (before === seen) {
      await pause(LOOK_MS, undefined, { signal: stop }).catch(() => undefined)
      continue
    }
    const startedAt = performance.now()
    try {
      report = await audit()
    } catch (error) {
      if (isCoded(error) && error.code === 'audit-stopped') break
      throw error
    }
    seen = before
    const fresh = report.findings.filter((finding) => !told.has(nameOf(finding)))
    for (const finding of fresh) told.add(nameOf(finding))
    await onReport(report, fresh)
    const workedMs = performance.now() - startedAt
    await pause(Math.max(LOOK_MS, workedMs), undefined, { signal: stop }).catch(() => undefined)
  }
  return report
}

const nameOf = (finding: AuditFinding): string =>
  finding.culprits.length > 0 ? findingName(finding) : `${finding.code} ${JSON.stringify(finding.facts)}`
