import type { ParticipationFacts, VoteStage } from '../../audit/index.js'
import { drawing, nothing, tip, WIDTH } from '../drawing.js'
import { at, count, cropped, percent, range } from '../format.js'
import { html, type Markup } from '../markup.js'

const LEFT = 150
const TOP = 6
const MOST_CELL = 30

/** Least share of each class, from the best on. */
export const SHARES = [
  [1, 'share-5', 'all heights'],
  [0.95, 'share-4', '95 % or more'],
  [0.75, 'share-3', '75 % or more'],
  [0.5, 'share-2', 'half or more'],
  [Number.MIN_VALUE, 'share-1', 'less than half'],
  [0, 'share-0', 'none'],
] as const

const classOf = (share: number): string => SHARES.find(([least]) => share >= least)?.[1] ?? 'share-0'

/** A validator, and its place in the counts. */
export interface HeatRow {
  readonly name: string
  readonly index: number
}

interface Run {
  readonly from: number
  to: number
  given: number
  heights: number
  readonly share: number
}

/** Validators down, heights across: how dark says how many of the heights have their vote. */
export const heatMap = (
  validators: readonly HeatRow[],
  buckets: readonly ParticipationFacts[],
  stage: VoteStage,
): Markup => {
  if (buckets.length === 0) return nothing('No height was executed.')
  const rowHeight = validators.length > 20 ? 13 : 18
  const bottom = TOP + validators.length * rowHeight
  const pitch = Math.min(MOST_CELL, (WIDTH - LEFT - 8) / buckets.length)
  return drawing(
    `Heat map: ${stage} votes by validator and height`,
    bottom + 40,
    html`${validators.map(({ name, index }, place) => {
        const y = TOP + place * rowHeight
        return html`<text class="tick" x="${LEFT - 6}" y="${at(y + rowHeight / 2 + 4)}" text-anchor="end"
            >${cropped(name, 20)}${tip(name)}</text
          >
          ${runsOf(buckets, stage, index).map((run) => {
            const span = range(buckets[run.from]?.firstHeight ?? 0, buckets[run.to]?.lastHeight ?? 0)
            const text = `${name}, ${span}\n${stage} votes at ${count(run.given)} of ${count(run.heights)} heights (${percent(run.given / run.heights)})`
            return html`<rect
              class="cell ${classOf(run.share)}"
              x="${at(LEFT + run.from * pitch)}"
              y="${at(y)}"
              width="${at((run.to - run.from + 1) * pitch)}"
              height="${rowHeight}"
              >${tip(text)}</rect
            >`
          })}`
      })}
      ${buckets.flatMap(({ firstHeight }, index) =>
        index % Math.ceil(70 / pitch) === 0
          ? html`<text class="tick" x="${at(LEFT + index * pitch)}" y="${bottom + 15}"
              >${count(firstHeight)}</text
            >`
          : null,
      )}
      <text class="label" x="${at((LEFT + WIDTH) / 2)}" y="${bottom + 33}" text-anchor="middle"
        >height</text
      >`,
  )
}

/** Neighbours of one share are drawn as one. */
const runsOf = (
  buckets: readonly ParticipationFacts[],
  stage: VoteStage,
  validator: number,
): readonly Run[] => {
  const runs: Run[] = []
  for (const [index, { firstHeight, lastHeight, given }] of buckets.entries()) {
    const heights = lastHeight - firstHeight + 1
    const votes = given[stage][validator] ?? 0
    const share = votes / heights
    const last = runs.at(-1)
    if (last?.share === share) {
      last.to = index
      last.given += votes
      last.heights += heights
    } else runs.push({ from: index, to: index, given: votes, heights, share })
  }
  return runs
}
