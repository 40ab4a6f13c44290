/** Numbers as people read them. */

export const count = (value: number): string => Math.round(value).toLocaleString('en-US')

export const percent = (share: number): string => {
  const value = share * 100
  if (value > 0 && value < 0.1) return '< 0.1 %'
  return value < 100 && value > 99.9 ? '> 99.9 %' : `${round(value, 1)} %`
}

/** The last part of a path. */
export const baseName = (path: string): string => path.split('/').filter(Boolean).at(-1) ?? path

export const duration = (ms: number | null): string => {
  if (ms === null) return '–'
  if (ms < 10) return `${round(ms, 1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${round(ms / 1000, 2)} s`
  return ms < 7_200_000 ? `${round(ms / 60_000, 1)} min` : `${round(ms / 3_600_000, 1)} h`
}

export const heights = (value: number | null): string => (value === null ? '–' : count(value))

export const chance = (value: number): string => {
  if (value >= 0.001) return round(value, 3)
  return value === 0 ? '< 10^-300' : `10^${Math.floor(Math.log10(value))}`
}

export const range = (first: number, last: number): string =>
  first === last ? `height ${count(first)}` : `heights ${count(first)} to ${count(last)}`

/** Names that end in numbers, in the order of the numbers. */
export const byName =
  <Item>(nameOf: (item: Item) => string) =>
  (a: Item, b: Item): number =>
    nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true })

export const cropped = (text: string, most: number): string => {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

/** A place in a drawing. */
export const at = (value: number): string => round(value, 1)

const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)))
