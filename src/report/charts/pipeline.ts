import { BLOCK_STAGES, type PipelineFacts } from '../../audit/index.js'
import { type Area, drawing, nothing, tip, WIDTH, yAxis } from '../drawing.js'
import { at, count, duration, range } from '../format.js'
import { html, type Markup } from '../markup.js'
import { linear, type Scale } from '../scale.js'
import { STAGE_LABELS, stageClass } from '../stages.js'

const HEIGHT = 340
const AREA: Area = { left: 76, right: WIDTH - 8, top: 34, bottom: HEIGHT - 44 }
const MOST_BAR = 40
/** A bar this much above nine tenths of the others is cut off, so that the others can be seen. */
const OUTLIER = 3

/** Time of every block, one stage on top of the other. */
export const pipelineChart = (buckets: readonly PipelineFacts[]): Markup => {
  const totals = buckets.map(totalOf)
  const most = Math.max(0, ...totals)
  if (buckets.length === 0 || most === 0)
    return nothing('No block was executed of which both ends of a stage are known.')
  const usual = [...totals].sort((a, b) => a - b)[Math.floor((totals.length - 1) * 0.9)] ?? most
  const top = Math.min(most, usual * OUTLIER || most)
  const scale = linear(top, AREA.bottom, AREA.top)
  const pitch = Math.min(MOST_BAR * 1.25, (AREA.right - AREA.left) / buckets.length)
  return drawing(
    'Stacked bars: how long each stage of each block took',
    HEIGHT,
    html`${yAxis(AREA, { scale, label: 'time', format: duration })}
      ${buckets.map((bucket, index) => bar(bucket, { left: AREA.left + index * pitch, pitch, scale, top }))}
      ${heightTicks(buckets, pitch)}
      <line class="axis" x1="${AREA.left}" x2="${AREA.right}" y1="${AREA.bottom}" y2="${AREA.bottom}" />
      <text class="label" x="${(AREA.left + AREA.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle"
        >height of the block</text
      >`,
  )
}

const totalOf = ({ meanMs }: PipelineFacts): number =>
  BLOCK_STAGES.reduce((sum, stage) => sum + (meanMs[stage] ?? 0), 0)

interface Place {
  readonly left: number
  readonly pitch: number
  readonly scale: Scale
  /** What stands as high as the axis. */
  readonly top: number
}

const bar = (bucket: PipelineFacts, { left, pitch, scale, top: axisTop }: Place): Markup => {
  const width = pitch * (pitch > 4 ? 0.86 : 1)
  let from = 0
  const parts = BLOCK_STAGES.map((stage) => {
    const start = from
    from += bucket.meanMs[stage] ?? 0
    const [bottom, top] = [scale.place(start), scale.place(from)]
    if (bottom - top < 0.05) return null
    return html`<rect
      class="${stageClass(stage)}"
      x="${at(left)}"
      y="${at(top)}"
      width="${at(width)}"
      height="${at(bottom - top)}"
    />`
  })
  const middle = left + width / 2
  const isCropped = totalOf(bucket) > axisTop
  return html`<g class="bar"
    >${tip(textOf(bucket))}${parts}${
      isCropped ? html`<path class="cropped" d="M${at(middle - 5)} ${AREA.top - 3}l5 -6l5 6z" />` : null
    }${
      bucket.lostRounds > 0
        ? html`<path class="lost" d="M${at(middle)} ${AREA.top - 22}l5 6l-5 6l-5 -6z" />`
        : null
    }</g
  >`
}

const textOf = (bucket: PipelineFacts): string =>
  [
    `${range(bucket.firstHeight, bucket.lastHeight)}: ${duration(totalOf(bucket))}`,
    ...BLOCK_STAGES.map((stage) => `${duration(bucket.meanMs[stage])} ${STAGE_LABELS[stage]}`),
    `${count(bucket.transactions)} transactions`,
    ...(bucket.lostRounds > 0 ? [`${count(bucket.lostRounds)} rounds lost before the deciding ones`] : []),
  ].join('\n')

const heightTicks = (buckets: readonly PipelineFacts[], pitch: number): readonly Markup[] => {
  const every = Math.max(1, Math.ceil(60 / pitch))
  return buckets.flatMap(({ firstHeight }, index) =>
    index % every === 0
      ? [
          html`<text
            class="tick"
            x="${at(AREA.left + (index + 0.43) * pitch)}"
            y="${AREA.bottom + 15}"
            text-anchor="middle"
            >${count(firstHeight)}</text
          >`,
        ]
      : [],
  )
}
