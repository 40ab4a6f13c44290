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

/** What is least of a logarithmic axis: everything below stands there. */
const FLOOR = 0.5

export const logarithmic = (most: number, from: number, to: number): Scale => {
  const top = Math.max(10, most)
  const span = Math.log(top / FLOOR)
  const ticks: number[] = []
  for (let tick = 1; tick <= top; tick *= 10) ticks.push(tick)
  return {
    ticks,
    place: (value) => from + (Math.log(Math.min(Math.max(value, FLOOR), top) / FLOOR) / span) * (to - from),
  }
}

const niceStep = (rough: number): number => {
  if (!(rough > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const nice = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10
  return nice * power
}
