import { MAX_MONEY } from '../codec/index.js'
import { isArray, isNumber, isObject, type Json, type JsonObject, satoshisIn } from '../json/index.js'
import { RPC, RpcError } from './rpc-error.js'

/** The parameters of one call, read with the words by which a real node refuses what is of a wrong kind. */
export class Parameters {
  constructor(readonly values: readonly Json[]) {}

  get count(): number {
    return this.values.length
  }

  /** Given, and not null: null stands for a named parameter that was left out. */
  has(index: number): boolean {
    return this.values[index] !== undefined && this.values[index] !== null
  }

  at(index: number): Json {
    return this.values[index] ?? null
  }

  text(index: number): string {
    return textIn(this.at(index))
  }

  /** A whole number of 32 bits, signed. */
  integer(index: number): number {
    return integerIn(this.at(index))
  }

  boolean(index: number): boolean {
    const value = this.at(index)
    if (typeof value === 'boolean') return value
    throw wrongKind('a boolean')
  }

  array(index: number): readonly Json[] {
    return arrayIn(this.at(index))
  }

  object(index: number): JsonObject {
    return objectIn(this.at(index))
  }

  /** Satoshis. */
  amount(index: number): bigint {
    return amountIn(this.at(index))
  }

  /** 64 hexadecimal digits, which errors call by this name. */
  hash(index: number, name: string): string {
    return hashIn(this.at(index), name)
  }
}

export const textIn = (value: Json): string => {
  if (typeof value === 'string') return value
  throw wrongKind('a string')
}

export const integerIn = (value: Json): number => {
  if (!isNumber(value)) throw wrongKind('an integer')
  const number = /^-?\d{1,10}$/.test(value.text) ? Number(value.text) : NaN
  if (number === (number | 0)) return number
  throw new RpcError(RPC.misc, 'JSON integer out of range')
}

export const arrayIn = (value: Json): readonly Json[] => {
  if (isArray(value)) return value
  throw wrongKind('an array')
}

export const objectIn = (value: Json): JsonObject => {
  if (isObject(value)) return value
  throw wrongKind('an object')
}

export const amountIn = (value: Json): bigint => {
  if (!isNumber(value) && typeof value !== 'string') {
    throw new RpcError(RPC.type, 'Amount is not a number or string')
  }
  const satoshis = satoshisIn(value)
  if (satoshis === undefined) throw new RpcError(RPC.type, 'Invalid amount')
  if (satoshis < 0n || satoshis > MAX_MONEY) throw new RpcError(RPC.type, 'Amount out of range')
  return satoshis
}

export const hashIn = (value: Json, name: string): string => {
  const text = typeof value === 'string' ? value : ''
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) {
    throw new RpcError(RPC.parameter, `${name} must be hexadecimal string (not '${text}')`)
  }
  if (text.length === 64) return text.toLowerCase()
  throw new RpcError(RPC.parameter, `${name} must be of length 64 (not ${text.length})`)
}

export type Kind = 'null' | 'bool' | 'object' | 'array' | 'string' | 'number'

/** Refuses the first parameter that is of another kind than is expected at its place. */
export const expectKinds = ({ values }: Parameters, ...kinds: readonly Kind[]): void => {
  kinds.forEach((kind, index) => {
    const value = values[index]
    if (value !== undefined && value !== null && kindOf(value) !== kind) throw unexpected(kind, value)
  })
}

export const unexpected = (kind: Kind, value: Json): RpcError =>
  new RpcError(RPC.type, `Expected type ${kind}, got ${kindOf(value)}`)

const kindOf = (value: Json): Kind => {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  if (isNumber(value)) return 'number'
  return isArray(value) ? 'array' : 'object'
}

const wrongKind = (kind: string): RpcError => new RpcError(RPC.misc, `JSON value is not ${kind} as expected`)
