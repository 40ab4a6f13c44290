import type { Distribution, TimingFacts } from '../../audit/index.js'
import { type Area, drawing, nothing, tip, WIDTH, xAxis, yAxis } from '../drawing.js'
import { at, count, duration, percent } from '../format.js'
import { html, type Markup } from '../markup.js'
import { linear, logarithmic, type Scale } from '../scale.js'
import { STAGE_LABELS, stageClass } from '../stages.js'

const HEIGHT = 340
const AREA: Area = { left: 76, right: WIDTH - 20, top: 12, bottom: HEIGHT - 44 }

/** Share of blocks, by stage, that took no longer. */
export const cumulativeChart = (stages: TimingFacts['stages']): Markup => {
  const measured = stages.filter(({ count: values }) => values > 0)
  if (measured.length === 0) return nothing('No stage of a block was measured.')
  const x = logarithmic(
    Math.min(...measured.map(({ buckets }) => buckets[0]?.[0] ?? 0)),
    Math.max(...measured.map(({ max }) => max ?? 0)),
    AREA.left,
    AREA.right,
  )
  const y = linear(1, AREA.bottom, AREA.top)
  return drawing(
    'Lines: cumulative distribution of the time of each stage',
    HEIGHT,
    html`${xAxis(AREA, { scale: x, label: 'time of the stage, logarithmic', format: duration })}
    ${yAxis(AREA, { scale: y, label: 'share of blocks', format: percent })}
    ${measured.map(
      (each) =>
        html`<path class="line ${stageClass(each.stage)}" d="${stairs(each, x, y)}"
          >${tip(textOf(each))}</path
        >`,
    )}`,
  )
}

const textOf = ({ stage, count: values, p50, p90, p99, max }: TimingFacts['stages'][number]): string =>
  [
    STAGE_LABELS[stage],
    `p50 ${duration(p50)}, p90 ${duration(p90)}, p99 ${duration(p99)}, max ${duration(max)}`,
    `${count(values)} blocks`,
  ].join('\n')

const stairs = ({ buckets, count: all, max }: Distribution, x: Scale, y: Scale): string => {
  let seen = 0
  const steps = buckets.map(([least, values]) => {
    seen += values
    return `H${at(x.place(least))}V${at(y.place(seen / all))}`
  })
  return `M${at(x.place(buckets[0]?.[0] ?? 0))} ${at(y.place(0))}${steps.join('')}H${at(x.place(max ?? 0))}`
}
