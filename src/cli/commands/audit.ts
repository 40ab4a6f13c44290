import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

import type { AuditProgress, AuditReport } from '../../audit/index.js'
import { VerifiedBatches } from '../../node/screening/index.js'
import { isCoded } from '../../util/index.js'
import { auditOnce, type AuditRequest } from '../audit/once.js'
import { type AuditOutputs, writeOutputs } from '../audit/outputs.js'
import { type OpenedSources, openSources, SOURCE_OPTIONS, stampOfSources } from '../audit/sources.js'
import { lineOf, summaryOf } from '../audit/summary.js'
import { watch } from '../audit/watching.js'
import {
  command,
  count,
  DIRECTORY,
  FILE,
  flag,
  many,
  type Outcome,
  optional,
  type Terminal,
} from '../kit/index.js'

/** 0: clean; 1: somebody misbehaved; 2: what was to be audited cannot be read. */
const EXIT_FINDINGS = 1
const EXIT_UNREADABLE = 2

export const audit = command({
  name: 'audit',
  summary: 'replay feeds and report who broke which rule',
  details:
    'Reads the data directories of nodes, which may be running, and archives, several of one network together; verifies every ' +
    'message, executes the chain again from genesis, and reports every behaviour that the feeds show with its grade. ' +
    'Exit code 0: clean, as far as the report says what was checked; 1: findings that are proved or evident; ' +
    '2: a source cannot be read. See docs/auditing.md.',
  arguments: { sources: many(DIRECTORY, 'data directory of a node, or archive', 1) },
  options: {
    ...SOURCE_OPTIONS,
    jobs: optional(count(1, 256), 'threads that verify signatures (default: one for each core)'),
    from: optional(
      FILE,
      'begin at this checkpoint, or the newest in this data directory, instead of at genesis',
    ),
    resume: optional(
      FILE,
      'keep what was verified in this file, and verify no signature again that it knows; works while sources grow',
    ),
    watch: flag('audit again whenever the sources have grown, and print what is new, until interrupted'),
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
    'blockfin audit feeds.bfa --resume feeds.audited',
    'blockfin audit devnet/observer-1 --watch',
  ],
  async run(given, terminal) {
    let opened: OpenedSources | undefined
    let verified: VerifiedBatches | undefined
    let isSaving = false
    const save = async (): Promise<void> => {
      if (given.resume === undefined || isSaving) return
      isSaving = true
      await verified?.save().finally(() => (isSaving = false))
    }
    const saving = setInterval(() => void save().catch(() => undefined), SAVE_EVERY_MS).unref()
    try {
      opened = await openSources(given.sources, given.network)
      if (given.resume !== undefined)
        verified = await VerifiedBatches.open(resolve(given.resume), opened.network)
      else if (given.watch) verified = VerifiedBatches.none(opened.network)
      const request: AuditRequest = {
        application: given.application === undefined ? null : resolve(given.application),
        jobs: given.jobs ?? availableParallelism(),
        from: absolute(given.from),
        verified,
        stop: terminal.stop,
        onProgress: (progress) => terminal.progress(progressLine(progress)),
      }
      const outputs: AuditOutputs = {
        proofs: absolute(given.proofs),
        page: absolute(given.report),
        tables: absolute(given.tables),
      }
      return given.watch
        ? await watched(given.sources, opened, request, outputs, terminal)
        : await once(opened, request, outputs)
    } catch (error) {
      return unreadable(error, terminal)
    } finally {
      clearInterval(saving)
      await save()
      await opened?.close()
    }
  },
})

const absolute = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(path)

/** Progress that a kill may cost. */
const SAVE_EVERY_MS = 30_000

const once = async (
  opened: OpenedSources,
  request: AuditRequest,
  outputs: AuditOutputs,
): Promise<Outcome> => {
  const { report, spared } = await auditOnce(opened, request)
  const files = await writeOutputs(outputs, report)
  const resumed = request.verified ? { spared } : {}
  const sparedLine = spared > 0 ? [`verified      ${spared} messages of them by an earlier audit`] : []
  return {
    json: { ...report, ...resumed, ...(outputs.proofs === undefined ? {} : { proofFiles: files }) },
    text: [...sparedLine, summaryOf(report, files, outputs)].join('\n'),
    exitCode: exitCodeOf(report),
  }
}

/** What was found is printed as it is found; what is left at the end is the exit code. */
const watched = async (
  paths: readonly string[],
  opened: OpenedSources,
  request: AuditRequest,
  outputs: AuditOutputs,
  terminal: Terminal,
): Promise<Outcome> => {
  const report = await watch({
    audit: async () => (await auditOnce(opened, request)).report,
    stamp: () => stampOfSources(paths),
    stop: terminal.stop,
    onReport: async (report, fresh) => {
      const { messages, clean } = report
      const { height } = report.replay
      for (const finding of fresh) terminal.record({ finding }, lineOf(finding).trim())
      terminal.record({ height, messages, clean }, `height ${height}, ${messages} messages`)
      await writeOutputs(outputs, report, fresh)
    },
  })
  return { json: undefined, text: '', ...(report ? { exitCode: exitCodeOf(report) } : {}) }
}

const exitCodeOf = ({ clean }: AuditReport): number => (clean ? 0 : EXIT_FINDINGS)

/** An interrupted audit ends as its signal says. */
const unreadable = (error: unknown, terminal: Terminal): Outcome => {
  if (!isCoded(error) || error.code === 'usage') throw error
  const { code, message } = error
  terminal.progress(`blockfin: ${message} (${code})`)
  const outcome = { json: { unreadable: { code, message } }, text: '' }
  return code === 'audit-stopped' ? outcome : { ...outcome, exitCode: EXIT_UNREADABLE }
}

const progressLine = (progress: AuditProgress): string =>
  progress.phase === 'reading'
    ? `read ${progress.messages} messages`
    : `replayed up to height ${progress.height}`
