import { CodedError } from '../../util/index.js'
import type { OceanConf } from '../conf/index.js'
import { DEFAULT_RPC_LIMITS, type Dispatcher, type RpcServer, serveRpc } from '../rpc/index.js'
import { isAnswered, NODE_CALLS } from './calls/index.js'
import { documentsIn, firstContractHash } from './documents.js'
import type { EmbeddedNode } from './embedded-node.js'
import type { KnownFork } from './fork-book.js'
import type { OceanNode } from './ocean-node.js'
import { openNode } from './open-node.js'

export interface ServeOptions {
  readonly conf: OceanConf
  readonly directory: string
  /** In place of `rpcport`; 0 picks a free one. */
  readonly port?: number
  readonly onFork: (fork: KnownFork) => void
  readonly onInternalError: (error: unknown) => void
  /** Ties the node to others before it answers anybody. */
  readonly openRelay?: (node: EmbeddedNode) => Promise<RunningRelay>
}

/** A relay that attached itself to the node. */
export interface RunningRelay {
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

export interface RunningNode {
  readonly node: EmbeddedNode
  readonly server: RpcServer
  /** Settles when a caller asked for the end by `stop`; rejects when the relay cannot go on. */
  readonly stopped: Promise<void>
  close(): Promise<void>
}

/** Long enough for the answer to `stop` to leave. */
const STOP_DELAY_MS = 100

/**
 * A node that answers calls.
 *
 * @throws CodedError of {@link openNode} and of the server; `ocean-credentials-missing`
 */
export const serveNode = async (options: ServeOptions): Promise<RunningNode> => {
  const { conf, directory } = options
  const { user, password, hashed, bind, allowed, port } = conf.node.rpc
  if (user === undefined || password === undefined) {
    throw new CodedError('ocean-credentials-missing', 'the configuration has no rpcuser and rpcpassword')
  }
  let onStop = (): void => undefined
  const stopped = new Promise<void>((resolve) => (onStop = () => void setTimeout(resolve, STOP_DELAY_MS)))
  const node = await openNode({
    conf,
    directory,
    documents: documentsIn(directory, conf.chain.name),
    firstContractHash: firstContractHash(directory, conf.chain.name),
    now: () => Math.floor(Date.now() / 1000),
    onFork: options.onFork,
    onStop,
    isAnswered,
  })
  let relay: RunningRelay | undefined
  const close = async (): Promise<void> => {
    await relay?.close()
    await node.close()
  }
  try {
    relay = await options.openRelay?.(node)
    const dispatcher: Dispatcher<OceanNode> = {
      calls: NODE_CALLS,
      context: node,
      onInternalError: options.onInternalError,
    }
    const server = await serveRpc(dispatcher, {
      host: bind[0] ?? '127.0.0.1',
      port: options.port ?? port,
      credentials: { user, password, hashed },
      allowed,
      limits: { ...DEFAULT_RPC_LIMITS, requestTimeoutMs: conf.node.rpc.timeoutSeconds * 1000 },
    })
    const over = relay ? Promise.race([stopped, relay.failed]) : stopped
    return { node, server, stopped: over, close: () => server.close().then(close) }
  } catch (error) {
    await close()
    throw error
  }
}
