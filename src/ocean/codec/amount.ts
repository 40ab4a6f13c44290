import { oceanError } from './errors.js'

/** Amounts are satoshis in a bigint inside, and decimals of eight places outside; no float ever stands between. */
export const COIN = 100_000_000n

/** No amount of any asset may exceed this (facts: MoneyRange applies to every asset). */
export const MAX_MONEY = 21_000_000n * COIN

export const inMoneyRange = (value: bigint): boolean => value >= 0n && value <= MAX_MONEY

/**
 * Reads an amount as RPC callers send it: `1`, `1.5`, `1e-8`, `12.34567890`. Exponents are taken because JSON writers
 * print small numbers that way.
 * @throws CodedError `invalid-amount`, `amount-out-of-range`
 */
export const parseAmount = (text: string): bigint => {
  const match = /^(-?)(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,24}))?(?:[eE]([+-]?[0-9]{1,2}))?$/.exec(text)
  if (!match) throw oceanError('invalid-amount', 'an amount is a decimal number')
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const value = scaled(BigInt(whole + fraction), 8 - fraction.length + Number(exponent))
  if ((sign === '-' && value !== 0n) || value > MAX_MONEY) {
    throw oceanError('amount-out-of-range', 'an amount lies between 0 and 21000000')
  }
  return value
}

const scaled = (digits: bigint, power: number): bigint => {
  if (power >= 0) return digits * 10n ** BigInt(power)
  const divisor = 10n ** BigInt(-power)
  if (digits % divisor !== 0n) throw oceanError('invalid-amount', 'an amount has at most eight decimals')
  return digits / divisor
}

/** Always eight decimals, as the node prints amounts. */
export const formatAmount = (value: bigint): string => {
  const magnitude = value < 0n ? -value : value
  const fraction = (magnitude % COIN).toString().padStart(8, '0')
  return `${value < 0n ? '-' : ''}${magnitude / COIN}.${fraction}`
}
