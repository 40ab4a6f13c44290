import type { Counts } from './coverage.js'

/**
 * What 300 seeds of any mix must have seen at least, so that their silence means something. Other numbers of seeds
 * owe their share. The least that chance ever gave lies well above.
 */
const MINIMA: Readonly<Partial<Counts>> = {
  heights: 600,
  roundsAboveZero: 300,
  reproposals: 50,
  jumps: 50,
  crashes: 200,
  recoveries: 200,
  partitions: 100,
  ownLost: 20,
  receivedLost: 500,
  clockJumps: 50,
  frozenLanes: 10,
  closedLanes: 5,
}
const SEEDS_OF_MINIMA = 300

/** One sentence for every count that stayed below its minimum. */
export const shortfalls = (counts: Counts, seeds: number): readonly string[] =>
  Object.entries(MINIMA).flatMap(([name, minimum]) => {
    const due = Math.floor((minimum * seeds) / SEEDS_OF_MINIMA)
    const count = counts[name as keyof Counts]
    return count < due ? [`${name} ${count} is below the ${due} that ${seeds} seeds must reach`] : []
  })
