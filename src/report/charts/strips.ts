import type { Summary } from '../../audit/index.js'
import { drawing, nothing, tip, WIDTH, xAxis } from '../drawing.js'
import { at, count, cropped } from '../format.js'
import { html, type Markup } from '../markup.js'
import { counting, logarithmic, type Scale } from '../scale.js'

const ROW = 18
const TOP = 30
const LABELS = 130
const GAP = 26

export interface StripRow {
  readonly name: string
  readonly summary: Summary
}

export interface StripPanel {
  readonly title: string
  readonly rows: readonly StripRow[]
}

export interface StripUnit {
  readonly label: string
  readonly format: (value: number | null) => string
  readonly scale: 'logarithmic' | 'counting'
}

/** Panels side by side with one scale: a row for each member, its distribution as a strip. */
export const strips = (label: string, panels: readonly StripPanel[], unit: StripUnit): Markup => {
  const maxima = panels.flatMap(({ rows }) => rows.flatMap(({ summary }) => summary.max ?? []))
  if (maxima.length === 0) return nothing('Nothing was measured.')
  const most = Math.max(...maxima)
  const least = Math.min(...panels.flatMap(({ rows }) => rows.flatMap(({ summary }) => summary.p25 ?? [])))
  const tallest = Math.max(...panels.map(({ rows }) => rows.length))
  const bottom = TOP + tallest * ROW + 4
  const width = (WIDTH - GAP * (panels.length - 1)) / panels.length
  return drawing(
    label,
    bottom + 42,
    panels.map(({ title, rows }, index) => {
      const left = index * (width + GAP)
      const area = { left: left + LABELS, right: left + width - 22, top: TOP, bottom }
      const scale =
        unit.scale === 'counting'
          ? counting(most, area.left, area.right)
          : logarithmic(least, most, area.left, area.right)
      return html`<text class="panel" x="${at(area.left)}" y="16">${title}</text>
        ${xAxis(area, { scale, label: unit.label, format: unit.format })}
        ${rows.map((row, place) => strip(row, TOP + place * ROW + ROW / 2, area.left, scale, unit))}`
    }),
  )
}

const strip = (
  { name, summary }: StripRow,
  y: number,
  left: number,
  scale: Scale,
  { format }: StripUnit,
): Markup => {
  const { p25, p50, p75, p90, p99, max, negative } = summary
  const x = (value: number | null): string => at(scale.place(value ?? 0))
  const text = [
    name,
    `p50 ${format(p50)}, p90 ${format(p90)}, p99 ${format(p99)}, max ${format(max)}`,
    `${count(summary.count)} measured${negative > 0 ? `, ${count(negative)} below zero left out` : ''}`,
  ].join('\n')
  const label = html`<text class="tick" x="${at(left - 8)}" y="${at(y + 4)}" text-anchor="end"
    >${cropped(name, 17)}</text
  >`
  if (summary.count === 0) {
    return html`<g
      >${tip(`${name}\nnothing measured`)}${label}<text class="none" x="${at(left + 6)}" y="${at(y + 4)}"
        >none</text
      ></g
    >`
  }
  return html`<g class="strip"
    >${tip(text)}${label}
    <line class="whisker" x1="${x(p25)}" x2="${x(p99)}" y1="${at(y)}" y2="${at(y)}" />
    <line class="box" x1="${x(p25)}" x2="${x(p75)}" y1="${at(y)}" y2="${at(y)}" />
    <line class="mark" x1="${x(p90)}" x2="${x(p90)}" y1="${at(y - 5)}" y2="${at(y + 5)}" />
    <circle class="most" cx="${x(max)}" cy="${at(y)}" r="2.5" />
    <circle class="median" cx="${x(p50)}" cy="${at(y)}" r="4"
  /></g>`
}
