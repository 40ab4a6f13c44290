import { CodedError } from '../../util/index.js'

/** Why a call to a node came to nothing. */
export const OCEAN_CLIENT_CODES = Object.freeze({
  'ocean-unreachable': 'the node cannot be reached, or hung up before its answer was whole',
  'ocean-timeout': 'the node did not answer in time; whether it did what was asked is unknown',
  'ocean-unauthorized': 'the node refuses these credentials',
  'ocean-forbidden': 'the node does not serve this address',
  'ocean-busy': 'the node has more requests than it works on',
  'ocean-malformed-answer': 'what answered is no Ocean node, or speaks otherwise than was expected',
  'ocean-refused': 'the node refused the call; rpcCode and message are its own',
})
export type OceanClientCode = keyof typeof OCEAN_CLIENT_CODES

export const clientError = (
  code: OceanClientCode,
  data: Readonly<Record<string, unknown>> = {},
  options?: ErrorOptions,
): CodedError => new CodedError(code, OCEAN_CLIENT_CODES[code], data, options)

/** What a node answered in place of a result: its own number in `data.rpcCode`, its own words as the message. */
export const refusal = (method: string, rpcCode: number, message: string): CodedError =>
  new CodedError('ocean-refused', message, { method, rpcCode })

/** The number that a node gave its refusal, or undefined for any other error. */
export const rpcCodeOf = (error: unknown): number | undefined => {
  if (!(error instanceof CodedError) || error.code !== 'ocean-refused') return undefined
  const { rpcCode } = error.data
  return typeof rpcCode === 'number' ? rpcCode : undefined
}
