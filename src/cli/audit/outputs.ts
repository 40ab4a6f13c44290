import type { AuditFinding, AuditReport } from '../../audit/index.js'
import { writeProofs } from './proof-files.js'
import { writeReport, writeReportTables } from './report-files.js'

/** What was asked for beside the answer, by absolute path. */
export interface AuditOutputs {
  /** Directories of proofs and of tables. */
  readonly proofs?: string | undefined
  readonly tables?: string | undefined
  /** The page with charts. */
  readonly page?: string | undefined
}

/**
 * @param findings those whose proofs are not written yet
 * @returns the files of proofs
 * @throws CodedError if something cannot be written
 */
export const writeOutputs = async (
  { proofs, page, tables }: AuditOutputs,
  report: AuditReport,
  findings: readonly AuditFinding[] = report.findings,
): Promise<readonly string[]> => {
  const files = proofs === undefined ? [] : await writeProofs(proofs, findings)
  if (page !== undefined) await writeReport(page, report)
  if (tables !== undefined) await writeReportTables(tables, report)
  return files
}
