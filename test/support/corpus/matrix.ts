import { type BehaviourRun, type Audited } from './run.js'
import { ROWS } from './behaviours.js'

/** What audits of honest networks said. */
export interface HonestTally {
  readonly runs: number
  readonly messages: number
  readonly heights: number
  readonly proof: number
  readonly evident: number
  readonly notAttributable: number
}

export const noHonest = (): HonestTally => ({
  runs: 0,
  messages: 0,
  heights: 0,
  proof: 0,
  evident: 0,
  notAttributable: 0,
})

export const withHonest = (tally: HonestTally, { report }: Audited): HonestTally => {
  const count = (grade: string): number => report.findings.filter((each) => each.grade === grade).length
  return {
    runs: tally.runs + 1,
    messages: tally.messages + report.messages,
    heights: tally.heights + report.replay.height,
    proof: tally.proof + count('proof'),
    evident: tally.evident + count('evident'),
    notAttributable: tally.notAttributable + count('not-attributable'),
  }
}

/** The confusion matrix in Markdown: what was done, and everything that was found. */
export const matrixOf = (runs: readonly BehaviourRun[], honest: HonestTally): string => {
  const rows = runs.map((run) => {
    const { behaviour, found, isRight } = run
    const expected = behaviour.expected?.join(' ') ?? 'nothing'
    const also = found.filter((each) => each !== expected).join(', ')
    const own = behaviour.expected === null ? (found.length === 0 ? 'nothing' : '') : ownOf(expected, found)
    return [String(behaviour.row), behaviour.name, expected, own, also, isRight ? 'yes' : 'NO']
  })
  const header = ['row', 'done', 'must be found', 'found', 'and also', 'right']
  return [
    table([header, ...rows]),
    '',
    table([
      ['honest networks', 'messages', 'heights', 'findings: proof', 'evident', 'not attributable'],
      [
        honest.runs,
        honest.messages,
        honest.heights,
        honest.proof,
        honest.evident,
        honest.notAttributable,
      ].map(String),
    ]),
    '',
    ...Object.entries(ROWS).map(([row, title]) => `- row ${row}: ${title}`),
  ].join('\n')
}

const ownOf = (expected: string, found: readonly string[]): string =>
  found.includes(expected) ? expected : 'nothing'

const table = ([header = [], ...rows]: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
