import { drawing, nothing, tip, WIDTH, xAxis } from '../drawing.js'
import { at, cropped } from '../format.js'
import { html, type Markup } from '../markup.js'
import { type Scale, linear } from '../scale.js'

const ROW = 30
const BAR = 10
const TOP = 8
const LEFT = 170

export interface PairRow {
  readonly name: string
  readonly first: number
  readonly second: number
  /** A line across both, if there is something to expect. */
  readonly expected: number | null
  readonly details: string
}

/** Two bars for each member, to be compared. */
export const pairChart = (
  label: string,
  axis: string,
  rows: readonly PairRow[],
  format: (value: number) => string,
): Markup => {
  const most = Math.max(0, ...rows.flatMap(({ first, second, expected }) => [first, second, expected ?? 0]))
  if (most === 0) return nothing('Nothing was counted.')
  const area = { left: LEFT, right: WIDTH - 30, top: TOP, bottom: TOP + rows.length * ROW + 4 }
  const scale = linear(most, area.left, area.right)
  return drawing(
    label,
    area.bottom + 42,
    html`${xAxis(area, { scale, label: axis, format })}
    ${rows.map((row, index) => pair(row, TOP + index * ROW + 4, scale))}`,
  )
}

const pair = ({ name, first, second, expected, details }: PairRow, y: number, scale: Scale): Markup => {
  const bar = (className: string, value: number, top: number): Markup =>
    html`<rect
      class="${className}"
      x="${LEFT}"
      y="${at(top)}"
      width="${at(scale.place(value) - LEFT)}"
      height="${BAR}"
    />`
  const line = expected === null ? null : at(scale.place(expected))
  return html`<g class="pair"
    >${tip(`${name}\n${details}`)}
    <text class="tick" x="${LEFT - 8}" y="${at(y + BAR + 4)}" text-anchor="end">${cropped(name, 22)}</text>
    ${bar('first', first, y)}${bar('second', second, y + BAR + 1)}
    ${line === null ? null : html`<line class="expected" x1="${line}" x2="${line}" y1="${at(y - 2)}" y2="${at(y + 2 * BAR + 3)}" />`}</g
  >`
}
