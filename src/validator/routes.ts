import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type AccountReply,
  apiError,
  type BatchAnswer,
  type BatchEntry,
  replyOf,
  type SubmitAnswer,
} from '../api/index.js'
import { hashHex, sha256 } from '../feeds/index.js'
import { fieldIn, hashIn } from '../http/index.js'
import type { ValidatorHost } from './host.js'
import type { Submission } from './submission.js'

/** One transaction in a body: the largest in hexadecimal, with room for the JSON around it. */
const TRANSACTION_BODY_BYTES = 32 * 1024
const BATCH_LIMIT = 256
const BATCH_BODY_BYTES = 4 * 1024 * 1024

/** What a validator serves beyond the chain: taking transactions, and reading accounts. */
export const addValidatorRoutes = <State>(
  server: FastifyInstance,
  host: ValidatorHost<State>,
  submission: Submission<State>,
): void => {
  server.post('/v1/transactions', { bodyLimit: TRANSACTION_BODY_BYTES }, async (request, reply) => {
    const answer = await submission.submit(transactionIn(request))
    return reply.code(answer.known ? 200 : 202).send(answer)
  })

  server.post('/v1/transactions/batch', { bodyLimit: BATCH_BODY_BYTES }, async (request) => {
    const batch = batchIn(request.body)
    const results = await Promise.all(batch.map((text) => entryOf(text, submission)))
    return { results } satisfies BatchAnswer
  })

  server.get('/v1/accounts/:account', async (request): Promise<AccountReply> => {
    const account = hashIn(request.params, 'account', 'malformed-account')
    const pending = fieldIn(request.query, 'pending') === 'true'
    const { height, state } = pending ? submission.pool.overlay() : host.latest()
    const answer = host.application.query(state, `accounts/${account}`)
    if (answer === null) throw apiError('account-unknown', { account })
    return { height, pending, answer }
  })
}

const transactionIn = ({ body }: FastifyRequest): Uint8Array => {
  if (body instanceof Uint8Array) return new Uint8Array(body)
  const bytes = hexBytes(typeof body === 'object' && body !== null ? fieldIn(body, 'transaction') : null)
  if (bytes === null) throw apiError('malformed-transaction')
  return bytes
}

const batchIn = (body: unknown): readonly unknown[] => {
  const batch: unknown = typeof body === 'object' && body !== null ? fieldIn(body, 'transactions') : null
  if (!Array.isArray(batch) || batch.length === 0 || batch.length > BATCH_LIMIT)
    throw apiError('malformed-batch', { limit: BATCH_LIMIT })
  return batch
}

/** One refused transaction refuses no other. They are admitted in order: `submit` does so before it first waits. */
const entryOf = async <State>(text: unknown, submission: Submission<State>): Promise<BatchEntry> => {
  const bytes = hexBytes(text)
  const hash = bytes === null ? null : hashHex(sha256(bytes))
  try {
    if (bytes === null || hash === null) throw apiError('malformed-transaction')
    const status: SubmitAnswer = await submission.submit(bytes)
    return { hash, status }
  } catch (error) {
    return { hash, error: replyOf(error).body.error }
  }
}

const hexBytes = (text: unknown): Uint8Array | null =>
  typeof text === 'string' && text.length > 0 && /^(?:[0-9a-f]{2})+$/.test(text)
    ? new Uint8Array(Buffer.from(text, 'hex'))
    : null
