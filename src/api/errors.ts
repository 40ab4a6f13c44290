import { CodedError } from '../util/index.js'

/**
 * Every code that the HTTP API or its client answers with: the one table behind servers, client and manual.
 * `status` is the HTTP status; null for what only a client can notice. Order: by what a caller can do about it.
 */
export const API_ERRORS = {
  'malformed-request': { status: 400, sentence: 'The request is not well formed.' },
  'malformed-json': { status: 400, sentence: 'The body is not JSON of the documented shape.' },
  'malformed-hash': { status: 400, sentence: 'A hash is 64 lower-case hexadecimal digits.' },
  'malformed-height': { status: 400, sentence: 'A height is a whole number from 1, "latest" or "sealed".' },
  'malformed-account': { status: 400, sentence: 'An account is 64 lower-case hexadecimal digits.' },
  'malformed-stage': { status: 400, sentence: 'A certificate stage is "committed" or "sealed".' },
  'malformed-transaction': {
    status: 400,
    sentence: 'A transaction is sent as its bytes, or as lower-case hexadecimal in JSON.',
  },
  'malformed-batch': {
    status: 400,
    sentence: 'A batch is {"transactions": [hexadecimal, ...]} of 1 to 256.',
  },
  forbidden: { status: 403, sentence: 'This address is for the operator of the node alone.' },
  'route-unknown': { status: 404, sentence: 'There is nothing at this address.' },
  'transaction-unknown': { status: 404, sentence: 'This node knows no such transaction.' },
  'block-unknown': { status: 404, sentence: 'This node has executed no block of that height.' },
  'account-unknown': { status: 404, sentence: 'The ledger holds nothing of that account.' },
  'evidence-unknown': { status: 404, sentence: 'This node holds no such proof of misbehaviour.' },
  'certificate-unknown': { status: 404, sentence: 'This node holds no such certificate.' },
  'request-timeout': { status: 408, sentence: 'The request did not arrive in time.' },
  'not-sealed': { status: 409, sentence: 'Not sealed yet: a proof exists once the block is sealed.' },
  'data-pruned': { status: 410, sentence: 'The feeds held here no longer contain these bytes.' },
  'body-too-large': { status: 413, sentence: 'The body is larger than this address takes.' },
  'transaction-too-large': {
    status: 413,
    sentence: 'The transaction does not fit into one feed message.',
  },
  'unsupported-media-type': {
    status: 415,
    sentence: 'Send application/octet-stream or application/json.',
  },
  'transaction-refused': {
    status: 422,
    sentence: 'The ledger would not execute this transaction; data.name says why.',
  },
  'too-many-requests': { status: 429, sentence: 'This client asks more than its share; try again later.' },
  'headers-too-large': { status: 431, sentence: 'The request headers are too large.' },
  internal: { status: 500, sentence: 'The node failed to answer; its log says why.' },
  overloaded: { status: 503, sentence: 'Too many transactions are waiting here; try again later.' },
  'too-many-subscribers': { status: 503, sentence: 'No more event streams are served here at the moment.' },
  'not-ready': { status: 503, sentence: 'The node is starting and may not publish yet.' },
  halted: { status: 503, sentence: 'The node has stopped signing; its operator must look.' },
  'lane-closed': {
    status: 503,
    sentence: 'The chain has closed the lane of this validator: it takes no transactions any more.',
  },
  'publish-failed': { status: 503, sentence: 'The transaction could not be made durable here.' },
  'no-peers': { status: null, sentence: 'No other member is connected; transactions are kept until one is.' },
  unreachable: { status: null, sentence: 'No server of the list answered.' },
  'wait-timeout': { status: null, sentence: 'The stage was not reached in the time allowed.' },
  'malformed-answer': { status: null, sentence: 'The server answered something that is not this API.' },
} as const satisfies Record<string, { status: number | null; sentence: string }>

export type ApiErrorCode = keyof typeof API_ERRORS

export const isApiErrorCode = (code: unknown): code is ApiErrorCode =>
  typeof code === 'string' && Object.hasOwn(API_ERRORS, code)

/** An error of the table, with its sentence unless a more exact one is given. */
export const apiError = (
  code: ApiErrorCode,
  data: Readonly<Record<string, unknown>> = {},
  sentence: string = API_ERRORS[code].sentence,
  options?: ErrorOptions,
): CodedError => new CodedError(code, sentence, data, options)

/** The body of every answer that is not a success. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly data: Readonly<Record<string, unknown>>
  }
}

export interface ErrorReply {
  readonly status: number
  readonly body: ErrorAnswer
  /** Seconds after which trying again makes sense, where it does. */
  readonly retryAfterSeconds: number | null
}

/** What a server answers for anything thrown. Errors outside the table say nothing of the inside. */
export const replyOf = (error: unknown): ErrorReply => {
  const known = error instanceof CodedError && isApiErrorCode(error.code) ? error : apiError('internal')
  const code = known.code as ApiErrorCode
  const status = API_ERRORS[code].status ?? 500
  const wait = known.data['retryAfterSeconds']
  return {
    status,
    body: { error: { code, message: known.message, data: known.data } },
    retryAfterSeconds: typeof wait === 'number' ? wait : status === 503 || status === 429 ? 1 : null,
  }
}
