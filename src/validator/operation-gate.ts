import { apiError } from '../api/index.js'
import type { FeedId } from '../feeds/index.js'
import { decodeOperation, operationCode, pushesOut, type RegistryState } from '../protocol/index.js'
import type { ResultCode } from '../protocol/index.js'

/** Who wants a transaction published: a client, or the node for itself. */
export type Submitter = 'client' | 'node'

/**
 * What a validator asks of a registry operation beyond its own rules, before it carries it: the code with which it
 * would fail in its block, or null. Operations cost their sender nothing, and every proof on its way takes one of the
 * few places that this lane has for them: a client gets no more than are free, so that strangers can neither fill
 * blocks with parts of nothing nor push out what the node itself has to prove.
 * @throws CodedError `overloaded`
 */
export const refusedOperation = (
  bytes: Uint8Array,
  lane: FeedId,
  registry: RegistryState,
  submitter: Submitter,
): ResultCode | null => {
  const operation = decodeOperation(bytes)
  if (typeof operation === 'string') return null
  if (operation.carrier !== lane) return operationCode('wrong-carrier')
  if (submitter === 'client' && pushesOut(registry, operation)) {
    throw apiError('overloaded', { retryAfterSeconds: 60 }, 'Other proofs are on their way in this lane.')
  }
  return null
}
