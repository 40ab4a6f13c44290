import { type AuditReport, type Summary, VOTE_STAGES } from '../audit/index.js'

export type ReportCell = string | number | null

/** The numbers of a report as a flat table. */
export interface ReportTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly ReportCell[])[]
}

const SUMMARY = ['count', 'negative', 'p25', 'p50', 'p75', 'p90', 'p99', 'max'] as const
const cellsOf = (summary: Summary): readonly ReportCell[] => SUMMARY.map((column) => summary[column])

/** Everything that a report counts, and its findings: one table for each subject (docs/auditing.md). */
export const reportTables = (report: AuditReport): readonly ReportTable[] => [
  findingsTable(report),
  ...countTables(report),
  ...timingTables(report),
]

const findingsTable = ({ findings }: AuditReport): ReportTable => ({
  name: 'findings',
  columns: [
    'grade',
    'code',
    'culprits',
    'owners',
    'roles',
    'height',
    'count',
    'expected',
    'facts',
    'messages',
  ],
  rows: findings.map(({ grade, code, culprits, height, count, expected, facts, messages }) => [
    ...[
      grade,
      code,
      culprits.map(({ name }) => name).join(' '),
      culprits.map(({ owner }) => owner).join(' '),
    ],
    ...[culprits.map(({ role }) => role).join(' '), height, count, expected, JSON.stringify(facts)],
    messages.join(' '),
  ]),
})

const countTables = ({ facts }: AuditReport): readonly ReportTable[] => [
  {
    name: 'votes',
    columns: ['validator', 'stage', 'given', 'missed', 'late', 'worstLate'],
    rows: facts.votes.map((each) => [
      ...[each.validator, each.stage, each.given, each.missed, each.late, each.worstLate],
    ]),
  },
  {
    name: 'participation',
    columns: ['validator', 'stage', 'firstHeight', 'lastHeight', 'given'],
    rows: facts.participation.flatMap(({ firstHeight, lastHeight, given }) =>
      facts.lanes.flatMap(({ validator }, index) =>
        VOTE_STAGES.map((stage) => [validator, stage, firstHeight, lastHeight, given[stage][index] ?? 0]),
      ),
    ),
  },
  {
    name: 'lag',
    columns: ['member', 'role', ...SUMMARY],
    rows: facts.lag.map((each) => [each.member, each.role, ...cellsOf(each)]),
  },
  {
    name: 'assembly',
    columns: [
      ...['messagenode', 'turns', 'expectedTurns', 'proposed', 'decided', 'lost', 'rate', 'low', 'high'],
      ...['expected', 'offered', 'taken'],
    ],
    rows: facts.assembly.map((each) => [
      ...[
        each.messagenode,
        each.turns,
        each.expectedTurns,
        each.proposed,
        each.decided,
        each.lost,
        each.rate,
      ],
      ...[each.interval.low, each.interval.high, each.expected, each.offered, each.taken],
    ]),
  },
  {
    name: 'lanes',
    columns: [
      'validator',
      'offered',
      'cut',
      'transactions',
      'shareOffered',
      'shareCut',
      ...SUMMARY.map(waited),
    ],
    rows: facts.lanes.map((each) => [
      ...[each.validator, each.offered, each.cut, each.transactions, each.shareOffered, each.shareCut],
      ...cellsOf(each.waited),
    ]),
  },
  {
    name: 'exclusions',
    columns: [
      ...['messagenode', 'of', 'validator', 'stage', 'trials', 'excluded', 'rate', 'low', 'high', 'expected'],
      'chance',
    ],
    rows: facts.exclusions.map((each) => [
      ...[each.messagenode, each.of, each.validator, each.stage, each.trials, each.excluded, each.rate],
      ...[each.interval.low, each.interval.high, each.expected, each.chance],
    ]),
  },
]

const waited = (column: string): string => `waited${column.charAt(0).toUpperCase()}${column.slice(1)}`

const timingTables = ({ facts: { timing } }: AuditReport): readonly ReportTable[] => [
  {
    name: 'stages',
    columns: ['clock', 'source', 'stage', ...SUMMARY],
    rows: timing.flatMap(({ clock, source, stages, decision }) =>
      [...stages, { stage: 'decision', ...decision }].map((each) => [
        ...[clock, source, each.stage],
        ...cellsOf(each),
      ]),
    ),
  },
  {
    name: 'stage-buckets',
    columns: ['clock', 'source', 'stage', 'leastMs', 'count'],
    rows: timing.flatMap(({ clock, source, stages }) =>
      stages.flatMap(({ stage, buckets }) =>
        buckets.map(([least, count]) => [clock, source, stage, least, count]),
      ),
    ),
  },
  {
    name: 'members',
    columns: ['clock', 'source', 'member', 'stage', ...SUMMARY],
    rows: timing.flatMap(({ clock, source, members }) =>
      members.map((each) => [clock, source, each.member, each.stage, ...cellsOf(each)]),
    ),
  },
  {
    name: 'pipeline',
    columns: [
      ...['clock', 'source', 'firstHeight', 'lastHeight', 'lostRounds', 'transactions', 'wait', 'precommits'],
      ...['precommitted', 'commits', 'committed', 'seals', 'sealed'],
    ],
    rows: timing.flatMap(({ clock, source, pipeline }) =>
      pipeline.map(({ firstHeight, lastHeight, lostRounds, transactions, meanMs }) => [
        ...[clock, source, firstHeight, lastHeight, lostRounds, transactions, meanMs.wait, meanMs.precommits],
        ...[meanMs.precommitted, meanMs.commits, meanMs.committed, meanMs.seals, meanMs.sealed],
      ]),
    ),
  },
]
