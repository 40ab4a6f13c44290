import type { Interval } from '../../audit/index.js'
import { drawing, nothing, tip, WIDTH, xAxis } from '../drawing.js'
import { at, cropped, percent } from '../format.js'
import { html, type Markup } from '../markup.js'
import { linear, type Scale } from '../scale.js'

const ROW = 18
const TOP = 30
const LABELS = 200
const GAP = 30
/** Panels side by side. */
const COLUMNS = 2

export interface RateRow {
  readonly name: string
  readonly rate: number
  readonly interval: Interval
  readonly expected: number
  readonly details: string
  readonly isSuspicious: boolean
}

export interface RatePanel {
  readonly title: string
  readonly rows: readonly RateRow[]
}

/** Rates with their intervals, and beside each what was to be expected. */
export const rateChart = (label: string, axis: string, panels: readonly RatePanel[]): Markup => {
  const shown = panels.filter(({ rows }) => rows.length > 0)
  if (shown.length === 0) return nothing('Nothing was counted.')
  const columns = Math.min(COLUMNS, shown.length)
  const width = (WIDTH - GAP * (columns - 1)) / columns
  let top = 0
  const lines: Markup[] = []
  for (let first = 0; first < shown.length; first += COLUMNS) {
    const line = shown.slice(first, first + COLUMNS)
    const height = TOP + Math.max(...line.map(({ rows }) => rows.length)) * ROW + 4
    lines.push(html`${line.map((panel, column) => panelOf(panel, column * (width + GAP), top, width, axis))}`)
    top += height + 52
  }
  return drawing(label, top - 8, lines)
}

const panelOf = ({ title, rows }: RatePanel, x: number, y: number, width: number, axis: string): Markup => {
  const area = {
    left: x + LABELS,
    right: x + width - 22,
    top: y + TOP,
    bottom: y + TOP + rows.length * ROW + 4,
  }
  const scale = linear(1, area.left, area.right)
  return html`<text class="panel" x="${at(area.left)}" y="${at(y + 16)}">${title}</text>
    ${xAxis(area, { scale, label: axis, format: percent })}
    ${rows.map((row, place) => rateOf(row, area.top + place * ROW + ROW / 2, area.left, scale))}`
}

const rateOf = (
  { name, rate, interval, expected, details, isSuspicious }: RateRow,
  y: number,
  left: number,
  scale: Scale,
): Markup => {
  const text = [
    name,
    `${percent(rate)}, interval ${percent(interval.low)} to ${percent(interval.high)}, expected ${percent(expected)}`,
    details,
  ].join('\n')
  const x = (value: number): string => at(scale.place(value))
  return html`<g class="rate${isSuspicious ? ' suspicious' : ''}"
    >${tip(text)}
    <text class="tick" x="${at(left - 8)}" y="${at(y + 4)}" text-anchor="end">${cropped(name, 28)}</text>
    <line class="whisker" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="${at(y)}" y2="${at(y)}" />
    <line class="expected" x1="${x(expected)}" x2="${x(expected)}" y1="${at(y - 7)}" y2="${at(y + 7)}" />
    <circle class="median" cx="${x(rate)}" cy="${at(y)}" r="4"
  /></g>`
}
