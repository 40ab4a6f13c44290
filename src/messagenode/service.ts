import type { FastifyInstance } from 'fastify'
import type { ChainView } from '../chain-store/index.js'
import { addChainRoutes, createServer, type ServerOptions } from '../http/index.js'
import type { MessagenodeHost } from './host.js'
import { Prover } from './prover.js'
import { addMessagenodeRoutes } from './routes.js'
import { SealedStates } from './sealed-states.js'

export interface MessagenodeService {
  /** For tests' injections and for `listen`. */
  readonly server: FastifyInstance
  /** Ends every stream. The view stays open. */
  close(): Promise<void>
}

/**
 * A Messagenode's face to clients. Make it before the replay begins: the newest sealed state is learned from it.
 * `host` and `view.host` are the same node.
 */
export const createMessagenodeService = <State>(
  host: MessagenodeHost<State>,
  view: ChainView<State>,
  options: ServerOptions = {},
): MessagenodeService => {
  // Where a node starts is sealed; what it is told of later lies above.
  const states = new SealedStates<State>(host.latest())
  const unsubscribe = host.subscribe((event) => {
    if (event.kind !== 'messages' && event.kind !== 'replicated') states.note(event)
  })
  const server = createServer(options)
  addChainRoutes(server, view, options.streams)
  addMessagenodeRoutes(server, view.store, new Prover(view, states))
  return {
    server,
    close: async () => {
      unsubscribe()
      await server.close()
    },
  }
}
