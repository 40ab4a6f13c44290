/** From what is measured to a place on paper. */
export interface Scale {
  readonly ticks: readonly number[]
  place(value: number): number
}

export const linear = (most: number, from: number, to: number, tickCount = 5): Scale => {
  const step = niceStep(most / tickCount)
  const end = most > 0 ? most : 1
  const ticks: number[] = []
  for (let index = 0; index * step <= end * 1.0001 && index <= 20; index++) ticks.push(index * step)
  return { ticks, place: (value) => from + (Math.min(Math.max(value, 0), end) / end) * (to - from) }
}

/** Whole numbers, such as heights. */
export const counting = (most: number, from: number, to: number): Scale => {
  const scale = linear(Math.max(1, most), from, to)
  return { ...scale, ticks: scale.ticks.filter(Number.isInteger) }
}

/** Less than this has no place of its own on a logarithmic axis: what is zero stands there. */
const FLOOR = 0.5

/** Over what lies between; what is less stands at the beginning. */
export const logarithmic = (least: number, most: number, from: number, to: number): Scale => {
  const start = least < 1 ? FLOOR : 10 ** Math.floor(Math.log10(least))
  const end = Math.max(start * 10, most)
  const span = Math.log(end / start)
  const ticks: number[] = []
  for (let tick = Math.max(1, start); tick <= end; tick *= 10) ticks.push(tick)
  return {
    ticks,
    place: (value) => from + (Math.log(Math.min(Math.max(value, start), end) / start) / span) * (to - from),
  }
}

const niceStep = (rough: number): number => {
  if (!(rough > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const nice = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10
  return nice * power
}
