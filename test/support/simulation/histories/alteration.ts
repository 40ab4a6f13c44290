import { type Body, type FeedMessage, NO_MESSAGE } from '../../../../src/feeds/index.js'
import type { Random } from '../random.js'

type Path = readonly (string | number)[]

/**
 * A body that is wrong at one place: a number a little off, a name of something else, a list with an entry more or less,
 * or what stands at the same place of another message.
 */
export const altered = <B extends Body>(random: Random, body: B, written: readonly FeedMessage[]): B => {
  const others = written.flatMap((message) => (message.body.type === body.type ? [message.body] : []))
  const donors = random.sample(others, 6)
  const paths = placesIn(body)
  if (paths.length === 0) return body
  const path = random.pick(paths)
  const change = (value: unknown): unknown => changed(random, value, path, donors)
  return replaced(body, path, change) as B
}

/** What tells messages apart stays: another type in the same feed is an act of its own. */
const KEPT: ReadonlySet<string | number> = new Set(['type', 'skip'])

const placesIn = (value: unknown, path: Path = []): Path[] => {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value)
    .filter(([name]) => !KEPT.has(name))
    .flatMap(([name, part]) => placesIn(part, [...path, Array.isArray(value) ? Number(name) : name]))
  return Array.isArray(value) ? [path, ...inner] : inner
}

const changed = (random: Random, value: unknown, path: Path, donors: readonly unknown[]): unknown => {
  const given = donors.map((donor) => valueAt(donor, path)).filter((other) => other !== undefined)
  if (given.length > 0 && random.chance(0.3)) return random.pick(given)
  if (typeof value === 'number') return changedNumber(random, value, path)
  if (Array.isArray(value)) return changedList(random, value)
  if (typeof value === 'string' || value === null) {
    const model = value ?? (path.at(-1) === 'stateRoot' ? '0'.repeat(64) : NO_MESSAGE)
    const texts = donors.flatMap(textsIn).filter((text) => isAlike(text, model))
    if (texts.length > 0) return random.pick(texts)
  }
  return value
}

const LARGE = 1_000

/** A base may be -1, all other numbers are counted from 0. */
const changedNumber = (random: Random, value: number, path: Path): number =>
  Math.max(
    path.at(-1) === 'base' ? -1 : 0,
    random.pick([value - 1, value + 1, value + 1, value + 2, 0, LARGE]),
  )

const changedList = (random: Random, list: readonly unknown[]): readonly unknown[] => {
  if (list.length === 0) return list
  const place = random.integer(0, list.length - 1)
  return random.pick([
    list.toSpliced(place, 1),
    list.toSpliced(place, 0, list[place]),
    list.toSpliced(place, 1, list[0]).toSpliced(0, 1, list[place]),
  ])
}

/** Keys look like keys, hashes like hashes. */
const isAlike = (a: string, b: string): boolean =>
  a.length === b.length && /^[%@]?/.exec(a)?.[0] === /^[%@]?/.exec(b)?.[0]

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value.length > 20 ? [value] : []
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null ? (at as { [name: string]: unknown })[name] : undefined,
    value,
  )

const replaced = (value: unknown, path: Path, change: (value: unknown) => unknown): unknown => {
  const [name, ...rest] = path
  if (name === undefined) return change(value)
  if (Array.isArray(value)) return value.with(Number(name), replaced(value[Number(name)], rest, change))
  const fields = value as { [name: string]: unknown }
  return { ...fields, [name]: replaced(fields[name], rest, change) }
}
