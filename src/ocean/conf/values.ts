import { CodedError } from '../../util/index.js'
import { isYes, type Settings } from './lines.js'

/** Single options as values of their kinds. Errors name the option and not its value, which may be a secret. */

/** @throws CodedError `ocean-conf-invalid` */
export const hexOf = (settings: Settings, name: string): string | undefined => {
  const text = settings.one(name)
  if (text === undefined || text === '') return undefined
  if (/^(?:[0-9a-fA-F]{2})+$/.test(text)) return text.toLowerCase()
  throw invalid(name, 'whole bytes in hexadecimal digits')
}

/** @throws CodedError `ocean-conf-invalid` */
export const hexOfSize = (settings: Settings, name: string, bytes: number): string | undefined => {
  const text = settings.one(name)
  if (text === undefined || text === '') return undefined
  const digits = text.replace(/^0x/, '')
  if (/^[0-9a-fA-F]+$/.test(digits) && digits.length === 2 * bytes) return digits.toLowerCase()
  throw invalid(name, `${2 * bytes} hexadecimal digits`)
}

/** @throws CodedError `ocean-conf-invalid` */
export const wholeOf = (
  settings: Settings,
  name: string,
  range: { readonly least: number; readonly most: number },
): number | undefined => {
  const text = settings.one(name)
  if (text === undefined) return undefined
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (value >= range.least && value <= range.most) return value
  throw invalid(name, `a whole number from ${range.least} to ${range.most}`)
}

/** Satoshis. @throws CodedError `ocean-conf-invalid` */
export const satoshisOf = (settings: Settings, name: string): bigint | undefined => {
  const text = settings.one(name)
  if (text === undefined) return undefined
  if (/^\d{1,18}$/.test(text)) return BigInt(text)
  throw invalid(name, 'a whole number of satoshis')
}

export const yesOf = (settings: Settings, name: string, fallback: boolean): boolean => {
  const text = settings.one(name)
  return text === undefined ? fallback : isYes(text)
}

export const invalid = (option: string, form: string): CodedError =>
  new CodedError('ocean-conf-invalid', `the option ${option} takes ${form}`, { option })
