import type { FastifyInstance } from 'fastify'
import { apiError, type HealthAnswer, type HealthReport, type StatusAnswer } from '../api/index.js'
import type { ChainStore, ChainView } from '../chain-store/index.js'
import { closedLanes } from '../protocol/index.js'
import { type EventStreamLimits, EventStreams } from './event-stream.js'
import { addEvidenceRoutes, evidenceSummary } from './evidence-routes.js'
import { followBlock, followBlocks, followTransaction } from './follow.js'
import { createMetrics, type Metrics } from './metrics.js'
import { fieldIn, hashIn, heightOf } from './parameters.js'

/** What validators and Messagenodes serve alike. Returns the metrics, for each kind of node to add its own. */
export const addChainRoutes = <State>(
  server: FastifyInstance,
  view: ChainView<State>,
  limits: Partial<EventStreamLimits> = {},
): Metrics => {
  const streams = new EventStreams(limits)
  const metrics = createMetrics(server, view, streams)
  server.addHook('preClose', async () => streams.closeAll())

  server.get('/v1/transactions/:hash', async (request) => {
    const status = await view.transactionStatus(hashIn(request.params, 'hash'))
    if (status.state === 'unknown') throw apiError('transaction-unknown', { hash: status.hash })
    return status
  })

  server.get('/v1/blocks/:height', async (request) => {
    const text = fieldIn(request.params, 'height')
    const height = namedHeight(view.store, text) ?? heightOf(text)
    return view.block(height, fieldIn(request.query, 'bytes') === 'true')
  })

  server.get('/v1/status', async () => statusOf(view))

  server.get('/v1/health', async (_request, reply) => {
    const answer = healthOf(view.host.health())
    return reply.code(answer.healthy ? 200 : 503).send(answer)
  })

  server.get('/v1/events', async (request, reply) => {
    const height = fieldIn(request.query, 'height')
    const transaction = fieldIn(request.query, 'transaction')
    if (height !== undefined && transaction !== undefined) throw apiError('malformed-request')
    if (transaction !== undefined) {
      const hash = hashIn(request.query, 'transaction')
      followTransaction(view, hash, (onClose) => streams.open(request, reply, onClose))
    } else if (height !== undefined) {
      const wanted = heightOf(height)
      followBlock(view, wanted, (onClose) => streams.open(request, reply, onClose))
    } else followBlocks(view, (onClose) => streams.open(request, reply, onClose))
  })

  addEvidenceRoutes(server, view.host)

  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )

  return metrics
}

/** `latest` and `sealed` name the newest block of their kind; null for anything else. */
const namedHeight = ({ latestHeight, sealedHeight }: ChainStore, text: unknown): number | null => {
  if (text !== 'latest' && text !== 'sealed') return null
  const height = text === 'latest' ? latestHeight : Math.min(sealedHeight, latestHeight)
  if (height === 0) throw apiError('block-unknown', { height: text })
  return height
}

const healthOf = ({ problems, hints, behindHeights, clockOffsetMs }: HealthReport): HealthAnswer => ({
  healthy: problems.length === 0,
  problems: problems.map(({ code }) => code),
  hints: hints.map(({ code }) => code),
  details: Object.fromEntries([...problems, ...hints].map(({ code, data }) => [code, data])),
  behindHeights,
  clockOffsetMs,
})

const statusOf = <State>(view: ChainView<State>): StatusAnswer => {
  const { host, store } = view
  const { network, application } = host
  const { height, round, peers } = host.status()
  const { problems, hints, behindHeights } = healthOf(host.health())
  const member = network.members.find(({ id }) => id === host.self)
  const { number, validators, messagenodes, faulty, quorum } = host.epochAt(height)
  const { capacity, emptyBlocks, protocolVersion } = network.parameters
  return {
    node: { id: host.self, name: member?.name ?? '', kind: member?.kind ?? 'observer' },
    network: { networkId: network.networkId, chainId: network.chainId, protocolVersion },
    height,
    round,
    executedHeight: store.latestHeight,
    sealedHeight: store.sealedHeight,
    pendingTransactions: view.waitingCount,
    peers,
    problems,
    hints,
    behindHeights,
    epoch: {
      number,
      validators: validators.length,
      messagenodes: messagenodes.length,
      faulty,
      quorum,
    },
    capacity,
    emptyBlocks,
    application: application.name,
    ...evidenceSummary(host),
    closedLanes: closedLanes(host.latest().state).map(({ lane }) => lane),
  }
}
