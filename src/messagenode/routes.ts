import type { FastifyInstance } from 'fastify'
import { apiError } from '../api/index.js'
import { certificateJson, type ChainStore } from '../chain-store/index.js'
import { fieldIn, hashIn, heightOf } from '../http/index.js'
import type { Prover } from './prover.js'

/** What a Messagenode serves beyond the chain: certificates, and proofs that convince without trusting it. */
export const addMessagenodeRoutes = <State>(
  server: FastifyInstance,
  store: ChainStore,
  prover: Prover<State>,
): void => {
  server.get('/v1/certificates/:stage/:height', async (request) => {
    const stage = fieldIn(request.params, 'stage')
    if (stage !== 'committed' && stage !== 'sealed') throw apiError('malformed-stage')
    const height = heightOf(fieldIn(request.params, 'height'))
    const certificate = await store[stage](height)
    if (!certificate) throw apiError('certificate-unknown', { stage, height })
    return certificateJson(certificate)
  })

  server.get('/v1/proofs/transactions/:hash', async (request) =>
    prover.transaction(hashIn(request.params, 'hash')),
  )

  server.get('/v1/proofs/accounts/:account', async (request) =>
    prover.account(hashIn(request.params, 'account', 'malformed-account')),
  )
}
