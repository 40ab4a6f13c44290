import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { isArray, isObject, type Json, type JsonObject, readJson } from '../../../src/ocean/json/index.js'

/** What real Ocean nodes answered (test/vectors/ocean), numbers digit for digit. */

export const readRecording = (name: string): readonly JsonObject[] => {
  const packed = readFileSync(new URL(`../../vectors/ocean/${name}.json.gz`, import.meta.url))
  const entries = readJson(gunzipSync(packed).toString('utf8'))
  if (!isArray(entries) || !entries.every(isObject)) throw new TypeError(`${name} is no list of entries`)
  return entries
}

export const readConf = (node: 0 | 1 | 2): string =>
  readFileSync(new URL(`../../vectors/ocean/conf/node${node}.ocean.conf`, import.meta.url), 'utf8')

/** A member that is an object. */
export const objectAt = (object: JsonObject, name: string): JsonObject => {
  const member = object[name]
  if (!isObject(member)) throw new TypeError(`${name} is no object`)
  return member
}

export const textAt = (object: JsonObject, name: string): string => {
  const member = object[name]
  if (typeof member !== 'string') throw new TypeError(`${name} is no text`)
  return member
}

/** One call as it was answered. */
export interface RecordedCall {
  readonly node: string
  readonly method: string
  readonly params: readonly Json[]
  readonly note?: string
  readonly outcome: { readonly result: Json } | { readonly code: Json; readonly message: string }
}

/** The calls of a recording, without the notes between them. */
export const recordedCalls = (name: string): readonly RecordedCall[] =>
  readRecording(name).flatMap((entry) => {
    const { node, method, params, error, result } = entry
    if (typeof node !== 'string' || typeof method !== 'string' || !isArray(params)) return []
    const outcome = isObject(error)
      ? { code: error['code'] ?? null, message: textAt(error, 'message') }
      : { result: result ?? null }
    return [{ node, method, params, outcome }]
  })
