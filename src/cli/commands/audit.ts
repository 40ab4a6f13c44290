import { resolve } from 'node:path'

import { audit as auditFeeds, type AuditProgress } from '../../audit/index.js'
import { loadApplication } from '../../node/application.js'
import { rememberingVerify } from '../../node/verify.js'
import { CodedError } from '../../util/index.js'
import { writeProofs } from '../audit/proof-files.js'
import { writeReport, writeReportTables } from '../audit/report-files.js'
import { type OpenedSources, openSources } from '../audit/sources.js'
import { summaryOf } from '../audit/summary.js'
import { command, DIRECTORY, FILE, many, optional } from '../kit/index.js'

/** 0: clean; 1: somebody misbehaved; 2: what was to be audited cannot be read. */
const EXIT_FINDINGS = 1
const EXIT_UNREADABLE = 2

export const audit = command({
  name: 'audit',
  summary: 'replay feeds and report who broke which rule',
  details:
    'Reads the data directories of nodes, which may be running, and archives, several of one network together; verifies every ' +
    'message, executes the chain again from genesis, and reports every behaviour that the feeds show with its grade. ' +
    'Exit code 0: clean, 1: findings that are proved or evident, 2: a source cannot be read. See docs/auditing.md.',
  arguments: { sources: many(DIRECTORY, 'data directory of a node, or archive', 1) },
  options: {
    network: optional(
      FILE,
      'the signed network file (default: that of the first archive, or in or beside the first directory)',
    ),
    application: optional(
      FILE,
      'module of the application that the network runs (default: the STORE ledger)',
    ),
    proofs: optional(DIRECTORY, 'write every proof into this directory, for `blockfin verify`'),
    report: optional(FILE, 'write one HTML page with charts, readable offline; replaces the file'),
    tables: optional(DIRECTORY, 'write every number as CSV tables into this directory; replaces them'),
  },
  examples: [
    'blockfin audit devnet/messagenode-1',
    'blockfin audit devnet/messagenode-1 devnet/validator-1 --network devnet/network.json --json',
    'blockfin audit devnet/messagenode-1 --proofs proofs',
    'blockfin audit feeds.bfa',
    'blockfin audit feeds.bfa --report audit.html --tables audit-tables',
  ],
  async run(
    { sources: paths, network: networkFile, application: module, proofs, report: page, tables },
    terminal,
  ) {
    let opened: OpenedSources | undefined
    try {
      opened = await openSources(paths, networkFile)
      const { network, sources } = opened
      const verify = rememberingVerify()
      const application = await loadApplication(module === undefined ? null : resolve(module), verify)
      const onProgress = (progress: AuditProgress): void => terminal.progress(progressLine(progress))
      const report = await auditFeeds({ network, sources, application, verify, onProgress })
      const files = proofs === undefined ? [] : await writeProofs(resolve(proofs), report.findings)
      if (page !== undefined) await writeReport(resolve(page), report)
      if (tables !== undefined) await writeReportTables(resolve(tables), report)
      return {
        json: { ...report, ...(proofs === undefined ? {} : { proofFiles: files }) },
        text: summaryOf(report, files, { page, tables }),
        exitCode: report.clean ? 0 : EXIT_FINDINGS,
      }
    } catch (error) {
      if (!(error instanceof CodedError) || error.code === 'usage') throw error
      terminal.progress(`blockfin: ${error.message} (${error.code})`)
      const { code, message } = error
      return { json: { unreadable: { code, message } }, text: '', exitCode: EXIT_UNREADABLE }
    } finally {
      await opened?.close()
    }
  },
})

const progressLine = (progress: AuditProgress): string =>
  progress.phase === 'reading'
    ? `read ${progress.messages} messages`
    : `replayed up to height ${progress.height}`
