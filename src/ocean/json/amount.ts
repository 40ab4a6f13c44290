import { COIN } from '../codec/index.js'
import { isNumber, type Json, JsonNumber } from './value.js'

/** Amounts: satoshis as a bigint inside, a number of exactly eight decimals on the wire. */

const DECIMALS = 8
/** Beyond 18 digits a real node's fixed-point reader gives up, whatever the amount. */
const MAX_DIGITS = 18

/** `1.00000000` for 100000000n. */
export const amountText = (satoshis: bigint): string => {
  const size = satoshis < 0n ? -satoshis : satoshis
  return `${satoshis < 0n ? '-' : ''}${size / COIN}.${(size % COIN).toString().padStart(DECIMALS, '0')}`
}

export const amount = (satoshis: bigint): JsonNumber => new JsonNumber(amountText(satoshis))

/** Satoshis of a decimal text, exponents allowed as in JSON; undefined if it is none or has a ninth decimal. */
export const satoshisOf = (text: string): bigint | undefined => {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,9}))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant.length > MAX_DIGITS) return undefined
  const zeros = digits.length - significant.length
  const power = significant === '' ? 0 : Number(exponent) - fraction.length + zeros + DECIMALS
  if (power < 0 || power >= MAX_DIGITS) return undefined
  const satoshis = BigInt(significant) * 10n ** BigInt(power)
  if (satoshis >= 10n ** BigInt(MAX_DIGITS)) return undefined
  return sign === '-' ? -satoshis : satoshis
}

/** As {@link satoshisOf}, of a number or a text in JSON. */
export const satoshisIn = (value: Json | undefined): bigint | undefined => {
  if (isNumber(value)) return satoshisOf(value.text)
  return typeof value === 'string' ? satoshisOf(value) : undefined
}
