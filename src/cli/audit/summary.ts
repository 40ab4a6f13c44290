import { type AuditFinding, type AuditReport, describeFinding, VOTE_STAGES } from '../../audit/index.js'
import type { AuditOutputs } from './outputs.js'

/** What an audit found, for people: what was read, then who did what. */
export const summaryOf = (report: AuditReport, files: readonly string[], written: AuditOutputs): string =>
  [
    ...report.sources.map(({ name, messages }) => `source        ${name}, ${messages} messages`),
    `messages      ${report.messages} different ones, every signature and hash verified`,
    `heights       ${report.unchecked.height + 1} to ${report.replay.height} executed again, ${report.replay.transactions} transactions${endOf(report)}`,
    ...uncheckedLines(report),
    `state         ${report.replay.stateRoot}`,
    ...(report.replay.unjudged > 0 ? [`not judged    ${report.replay.unjudged} proposals`] : []),
    ...(report.strangers > 0
      ? [`not checked   ${report.strangers} messages of feeds that are no member's`]
      : []),
    ...voteLines(report),
    ...turnLines(report),
    ...findingLines(report.findings),
    ...files.map((file) => `proof         ${file}`),
    ...(written.page === undefined ? [] : [`report        ${written.page}`]),
    ...(written.tables === undefined ? [] : [`tables        ${written.tables}`]),
    report.clean ? 'clean' : 'not clean',
  ].join('\n')

/** What a clean audit does not say. */
const uncheckedLines = ({ unchecked: { height, messages } }: AuditReport): readonly string[] => [
  ...(height > 0
    ? [
        `not checked   heights 1 to ${height}: not executed here, the state after them is one that a quorum sealed`,
      ]
    : []),
  ...(messages > 0 ? [`not checked   ${messages} messages of lanes, which were pruned`] : []),
]

const endOf = ({ replay }: AuditReport): string => {
  if (replay.end === 'undecided') return ''
  const reason =
    replay.end === 'diverged' ? 'its results are not what a quorum signed' : 'its content is in no source'
  return `; height ${replay.height + 1}: ${reason}`
}

/** Votes given and missed, by validator. */
const voteLines = ({ facts, replay, unchecked }: AuditReport): readonly string[] =>
  facts.lanes.map(({ validator }) => {
    const stages = VOTE_STAGES.map((stage) => {
      const votes = facts.votes.find((each) => each.validator === validator && each.stage === stage)
      const late = votes && votes.late > 0 ? ` (${votes.late} late)` : ''
      return `${stage} ${votes?.given ?? 0}${late}`
    })
    return `votes         ${validator}: ${stages.join(', ')} of ${replay.height - unchecked.height}`
  })

const turnLines = ({ facts }: AuditReport): readonly string[] =>
  facts.assembly.map(
    ({ messagenode, turns, decided, proposed }) =>
      `turns         ${messagenode}: ${decided} decided, ${proposed} proposed of ${turns}`,
  )

/** By culprit, so that one member's deeds stand together. */
const findingLines = (findings: readonly AuditFinding[]): readonly string[] => {
  const byCulprit = new Map<string, string[]>()
  for (const finding of findings) {
    const names = [...new Set(finding.culprits.map(({ name }) => name))]
    const who = names.length === 0 ? 'nobody in particular' : names.join(', ')
    byCulprit.set(who, [...(byCulprit.get(who) ?? []), lineOf(finding)])
  }
  return [...byCulprit]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([who, lines]) => [`finding       ${who}`, ...lines])
}

export const lineOf = ({ code, grade, culprits, height, count, facts }: AuditFinding): string => {
  const roles = [...new Set(culprits.map(({ role }) => role))].join(', ')
  const where = height === null ? '' : `, height ${height}`
  const often = count > 1 ? `, ${count} times` : ''
  const as = roles === '' ? '' : `, as ${roles}`
  return `  ${grade}  ${code}: ${describeFinding(code)}${as}${where}${often}  ${JSON.stringify(facts)}`
}
