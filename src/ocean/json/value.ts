/**
 * JSON as an Ocean node speaks it. Numbers stay the text that they are on the wire, so that `21000000.00000000` is read
 * and written digit for digit and no amount ever passes through a float.
 */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject

/** Made without a prototype where it was read, so that a member named `__proto__` is a member like others. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** A number by its text, which is JSON already. */
export class JsonNumber {
  constructor(readonly text: string) {}

  /** For the project's own JSON, where amounts are decimal text: only whole numbers stay numbers. */
  toJSON(): number | string {
    const value = Number(this.text)
    return /^-?\d+$/.test(this.text) && Number.isSafeInteger(value) ? value : this.text
  }
}

export const isNumber = (value: Json | undefined): value is JsonNumber => value instanceof JsonNumber

export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isArray(value) && !isNumber(value)

/** A whole number. */
export const integer = (value: number | bigint): JsonNumber => new JsonNumber(BigInt(value).toString())

/** A number that is no amount, with the 16 significant digits that a real node prints. */
export const double = (value: number): JsonNumber => new JsonNumber(String(Number(value.toPrecision(16))))
