import type { AuditReport, TimingFacts } from '../../audit/index.js'
import { pipelineChart } from '../charts/pipeline.js'
import { figure, legend } from '../drawing.js'
import { baseName } from '../format.js'
import { html, type Markup } from '../markup.js'
import { STAGE_LEGEND } from '../stages.js'
import { folded } from '../table.js'

/** Sources beyond the first whose times are drawn too. */
const MORE_SOURCES = 3

/** First the clock of one source, which is one clock for everything; then the others. */
export const clocksShown = ({ facts }: AuditReport): readonly TimingFacts[] => {
  const arrivals = facts.timing.filter(({ clock }) => clock === 'arrival')
  const timestamps = facts.timing.filter(({ clock }) => clock === 'timestamps')
  return [...arrivals.slice(0, 1), ...timestamps, ...arrivals.slice(1, 1 + MORE_SOURCES)]
}

export const clockName = ({ clock, source }: TimingFacts): string =>
  clock === 'timestamps' ? 'timestamps of the authors' : `arrival at ${baseName(source ?? '')}`

export const pipelineSection = (report: AuditReport): Markup => {
  const [first, ...others] = clocksShown(report)
  if (!first) return html``
  const drawn = (timing: TimingFacts): Markup =>
    figure(
      `Block pipeline, by ${clockName(timing)}`,
      'One bar for each height, or for several with the mean of each stage. A diamond marks heights at which rounds were lost ' +
        'before the one that decided; a triangle marks a bar that is taller than the axis.',
      legend([...STAGE_LEGEND, ['lost', 'rounds were lost']]),
      pipelineChart(timing.pipeline),
    )
  return html`<section id="pipeline">
    <h2>Block pipeline</h2>
    ${drawn(first)} ${others.map((timing) => folded(`The same by ${clockName(timing)}`, drawn(timing)))}
  </section>`
}
