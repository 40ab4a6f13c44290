export { reportPage } from './page.js'
export { type ReportCell, type ReportTable, reportTables } from './tables.js'
