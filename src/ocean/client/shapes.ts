import { isArray, isNumber, isObject, type Json, type JsonObject, satoshisIn } from '../json/index.js'
import { clientError } from './codes.js'

/** Results as types: each shape reads one kind of value, and refuses what is none. */
export type Shape<T> = (value: Json) => T
export type Shaped<S> = S extends Shape<infer T> ? T : never

const malformed = (expected: string): Error => clientError('ocean-malformed-answer', { expected })

export const json: Shape<Json> = (value) => value

export const text: Shape<string> = (value) => {
  if (typeof value === 'string') return value
  throw malformed('a text')
}

export const yesOrNo: Shape<boolean> = (value) => {
  if (typeof value === 'boolean') return value
  // testmempoolaccept of a real node says 1 and 0.
  if (isNumber(value) && (value.text === '1' || value.text === '0')) return value.text === '1'
  throw malformed('yes or no')
}

export const whole: Shape<number> = (value) => {
  const number = isNumber(value) && /^-?\d+$/.test(value.text) ? Number(value.text) : NaN
  if (Number.isSafeInteger(number)) return number
  throw malformed('a whole number')
}

export const satoshis: Shape<bigint> = (value) => {
  const found = isNumber(value) ? satoshisIn(value) : undefined
  if (found !== undefined) return found
  throw malformed('an amount')
}

export const nothing: Shape<null> = (value) => {
  if (value === null) return value
  throw malformed('null')
}

export const list =
  <T>(each: Shape<T>): Shape<readonly T[]> =>
  (value) => {
    if (!isArray(value)) throw malformed('a list')
    return value.map((member) => each(member))
  }

/** An object whose names are not known before, such as amounts by asset. */
export const table =
  <T>(each: Shape<T>): Shape<ReadonlyMap<string, T>> =>
  (value) => {
    if (!isObject(value)) throw malformed('an object')
    return new Map(Object.entries(value).map(([name, member]) => [name, each(member)]))
  }

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null ? null : shape(value)

/** For a member that may be missing. */
export const maybe =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value) =>
    value === null ? undefined : shape(value)

type Members = Readonly<Record<string, Shape<unknown>>>

/** An object of these members; others are of no concern. */
export const record =
  <M extends Members>(members: M): Shape<{ readonly [K in keyof M]: Shaped<M[K]> }> =>
  (value) => {
    if (!isObject(value)) throw malformed('an object')
    const read = Object.entries(members).map(([name, shape]) => [name, shape(memberOf(value, name))])
    return Object.fromEntries(read) as { readonly [K in keyof M]: Shaped<M[K]> }
  }

const memberOf = (object: JsonObject, name: string): Json => object[name] ?? null
