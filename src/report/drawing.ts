import { at } from './format.js'
import { html, type Insert, type Markup } from './markup.js'
import type { Scale } from './scale.js'

/** Width of every drawing, in its own units: it is scaled to the page. */
export const WIDTH = 1060

export interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export const drawing = (label: string, height: number, content: Insert): Markup =>
  html`<div class="scroll">
    <svg viewBox="0 0 ${WIDTH} ${at(height)}" role="img" aria-label="${label}">${content}</svg>
  </div>`

export interface Axis {
  readonly scale: Scale
  readonly label: string
  readonly format: (value: number) => string
}

/** Ticks with grid lines below an area. */
export const xAxis = ({ left, right, top, bottom }: Area, { scale, label, format }: Axis): Markup =>
  html` ${scale.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${at(scale.place(tick))}"
            x2="${at(scale.place(tick))}"
            y1="${at(top)}"
            y2="${at(bottom)}"
          />
          <text class="tick" x="${at(scale.place(tick))}" y="${at(bottom + 15)}" text-anchor="middle"
            >${format(tick)}</text
          >`,
    )}
    <line class="axis" x1="${at(left)}" x2="${at(right)}" y1="${at(bottom)}" y2="${at(bottom)}" />
    <text class="label" x="${at((left + right) / 2)}" y="${at(bottom + 33)}" text-anchor="middle"
      >${label}</text
    >`

/** Ticks with grid lines left of an area. */
export const yAxis = ({ left, right, top, bottom }: Area, { scale, label, format }: Axis): Markup =>
  html` ${scale.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${at(left)}"
            x2="${at(right)}"
            y1="${at(scale.place(tick))}"
            y2="${at(scale.place(tick))}"
          />
          <text class="tick" x="${at(left - 6)}" y="${at(scale.place(tick) + 4)}" text-anchor="end"
            >${format(tick)}</text
          >`,
    )}
    <text
      class="label"
      transform="translate(${at(left - 52)} ${at((top + bottom) / 2)}) rotate(-90)"
      text-anchor="middle"
      >${label}</text
    >`

/** What a pointer on a shape shows. */
export const tip = (text: string): Markup => html`<title>${text}</title>`

export const legend = (entries: readonly (readonly [className: string, label: string])[]): Markup =>
  html`<ul class="legend">
    ${entries.map(
      ([className, label]) =>
        html`<li>
          <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
            <rect class="${className}" width="14" height="14" rx="2" /></svg
          >${label}
        </li>`,
    )}
  </ul>`

export const figure = (title: string, caption: string, ...content: readonly Insert[]): Markup =>
  html`<figure>
    <h3>${title}</h3>
    ${content}
    <figcaption>${caption}</figcaption>
  </figure>`

export const nothing = (why: string): Markup => html`<p class="nothing">${why}</p>`
