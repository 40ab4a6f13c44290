import { apiError, type ApiErrorCode } from '../api/index.js'
import type { Hash } from '../feeds/index.js'
import { isHash } from '../feeds/index.js'

/** What clients write into addresses: parsed here, refused by code, trusted afterwards. */

type Fields = Readonly<Record<string, unknown>>

/** @throws CodedError with the given code unless 64 lower-case hexadecimal digits. */
export const hashIn = (fields: unknown, name: string, code: ApiErrorCode = 'malformed-hash'): Hash => {
  const text = (fields as Fields)[name]
  if (!isHash(text)) throw apiError(code)
  return text
}

/** A height from 1. @throws CodedError `malformed-height` */
export const heightOf = (text: unknown): number => {
  const height = typeof text === 'string' && /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : NaN
  if (!Number.isSafeInteger(height)) throw apiError('malformed-height')
  return height
}

export const fieldIn = (fields: unknown, name: string): unknown => (fields as Fields)[name]
