import { join } from 'node:path'

import { csvLine } from '../../archive/index.js'
import type { AuditReport } from '../../audit/index.js'
import { reportPage, reportTables } from '../../report/index.js'
import { writeText } from '../files.js'

/** @throws CodedError as {@link writeText} */
export const writeReport = (file: string, report: AuditReport): Promise<void> =>
  writeText(file, reportPage(report), 'replace')

/** One CSV file for each table. @throws CodedError as {@link writeText} */
export const writeReportTables = async (directory: string, report: AuditReport): Promise<void> => {
  for (const { name, columns, rows } of reportTables(report)) {
    const text = csvLine(columns) + rows.map((row) => csvLine(row)).join('')
    await writeText(join(directory, `${name}.csv`), text, 'replace')
  }
}
