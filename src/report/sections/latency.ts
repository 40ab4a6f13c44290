import type { AuditReport, MemberTiming, TimingFacts } from '../../audit/index.js'
import { cumulativeChart } from '../charts/cumulative.js'
import { type StripPanel, strips } from '../charts/strips.js'
import { figure, legend } from '../drawing.js'
import { byName, count, duration } from '../format.js'
import { html, type Markup } from '../markup.js'
import { STAGE_LABELS, STAGE_LEGEND } from '../stages.js'
import { folded, htmlTable, numberColumn, textColumn } from '../table.js'
import { clockName, clocksShown } from './pipeline.js'

const UNIT = { label: 'time, logarithmic', format: duration, scale: 'logarithmic' } as const
const STRIPS =
  'Dot: median; thick: middle half; thin: up to p99; tick: p90; circle: longest. Times below zero, where clocks disagree or the ' +
  'effect arrived first, are left out and counted.'

/** How long stages and members took. */
export const latencySection = (report: AuditReport): Markup => {
  const [first, ...others] = clocksShown(report)
  if (!first) return html``
  return html`<section id="latency">
    <h2>Latency</h2>
    ${figuresOf(first)}
    ${others.map((timing) => folded(`The same by ${clockName(timing)}`, figuresOf(timing)))}
  </section>`
}

const figuresOf = (timing: TimingFacts): Markup =>
  html` ${figure(
    `Time of each stage, by ${clockName(timing)}`,
    'Share of blocks for which the stage took no longer. Steeper is steadier; further left is faster. Dashed: waiting for ' +
      'votes; solid: for the certificate that counts them; dotted: for a proposal.',
    legend(STAGE_LEGEND),
    cumulativeChart(timing.stages),
  )}
  ${stageTable(timing)}
  ${figure(
    `Validators: answers, by ${clockName(timing)}`,
    `From the message that a vote links until the vote. ${STRIPS}`,
    strips('Strips: times of votes by validator', panelsOf(timing, VOTES), UNIT),
  )}
  ${figure(
    `Messagenodes: counting, by ${clockName(timing)}`,
    `From the vote that made the quorum until each Messagenode’s own certificate. ${STRIPS}`,
    strips('Strips: times of certificates by Messagenode', panelsOf(timing, CERTIFICATES), UNIT),
  )}
  ${figure(
    `Lanes: waiting for a block, by ${clockName(timing)}`,
    `From a message of a validator’s lane until the proposal that was decided with it. ${STRIPS}`,
    strips('Strips: waiting times by lane', panelsOf(timing, LANES), UNIT),
  )}`

const VOTES = {
  precommit: 'proposal to precommit',
  commit: 'certificate to commit',
  seal: 'certificate to seal',
}
const CERTIFICATES = { precommitted: 'precommitted', committed: 'committed', sealed: 'sealed' }
const LANES = { wait: 'message to proposal' }

const panelsOf = (
  { members }: TimingFacts,
  titles: Readonly<Partial<Record<MemberTiming['stage'], string>>>,
): readonly StripPanel[] =>
  Object.entries(titles).map(([stage, title]) => ({
    title,
    rows: members
      .filter((each) => each.stage === stage)
      .map((each) => ({ name: each.member, summary: each }))
      .sort(byName(({ name }) => name)),
  }))

const stageTable = ({ stages, decision }: TimingFacts): Markup =>
  htmlTable(
    [textColumn('stage'), ...['blocks', 'p50', 'p90', 'p99', 'longest', 'below zero'].map(numberColumn)],
    [
      ...stages.map((each) => [STAGE_LABELS[each.stage], each] as const),
      ['proposed until final, together', decision] as const,
    ].map(([label, { count: blocks, p50, p90, p99, max, negative }]) => [
      ...[label, count(blocks), duration(p50), duration(p90), duration(p99), duration(max), count(negative)],
    ]),
  )
