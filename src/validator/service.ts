import type { FastifyInstance } from 'fastify'
import { Gauge } from 'prom-client'
import type { SubmitAnswer } from '../api/index.js'
import type { ChainView } from '../chain-store/index.js'
import { addChainRoutes, createServer, type ServerOptions } from '../http/index.js'
import type { ValidatorHost } from './host.js'
import { DEFAULT_PENDING_LIMITS, type PendingLimits } from './pending-pool.js'
import { addValidatorRoutes } from './routes.js'
import { Submission } from './submission.js'

export interface ValidatorServiceOptions extends ServerOptions {
  readonly pending?: Partial<PendingLimits>
}

export interface ValidatorService {
  /** For tests' injections and for `listen`. */
  readonly server: FastifyInstance
  /** On behalf of the node itself; clients come in by HTTP. */
  submit(bytes: Uint8Array): Promise<SubmitAnswer>
  /** Refuses new work, ends every stream, waits for what is being made durable. The view stays open. */
  close(): Promise<void>
}

/**
 * A validator's face to its clients. Make it before the replay begins: what waits in the own lane after a restart
 * is learned from the replayed messages. `host` and `view.host` are the same node.
 */
export const createValidatorService = <State>(
  host: ValidatorHost<State>,
  view: ChainView<State>,
  options: ValidatorServiceOptions = {},
): ValidatorService => {
  const submission = new Submission(host, view, { ...DEFAULT_PENDING_LIMITS, ...options.pending })
  const server = createServer(options)
  const { registry } = addChainRoutes(server, view, options.streams)
  addValidatorRoutes(server, host, submission)
  new Gauge({
    name: 'blockfin_own_pending_transactions_count',
    help: 'Own transactions accepted and not yet executed',
    registers: [registry],
    collect() {
      this.set(submission.pool.count)
    },
  })
  return {
    server,
    submit: (bytes) => submission.submit(bytes, 'node'),
    close: async () => {
      await submission.close()
      await server.close()
    },
  }
}
