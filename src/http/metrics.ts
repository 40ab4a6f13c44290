import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ChainView } from '../chain-store/index.js'
import type { EventStreams } from './event-stream.js'

export interface Metrics {
  readonly registry: Registry
}

/** Figures of one node's chain and of its HTTP API, in a registry of their own: a process may hold several nodes. */
export const createMetrics = <State>(
  server: FastifyInstance,
  view: ChainView<State>,
  streams: EventStreams,
): Metrics => {
  const { host, store } = view
  const registry = new Registry()
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }
  gauge('blockfin_deciding_height', 'Height being decided', () => host.status().height)
  gauge('blockfin_deciding_round', 'Round being decided', () => host.status().round)
  gauge('blockfin_executed_height', 'Highest block executed and stored', () => store.latestHeight)
  gauge('blockfin_sealed_height', 'Highest height with a sealed certificate', () => store.sealedHeight)
  gauge('blockfin_peers_count', 'Members connected', () => host.status().peers)
  gauge('blockfin_event_streams_count', 'Open event streams', () => streams.count)
  gauge(
    'blockfin_pending_transactions_count',
    'Transactions held in lanes and not yet executed',
    () => view.waitingCount,
  )
  gauge(
    'blockfin_behind_heights',
    'Heights that other Messagenodes decided and this node has not',
    () => host.health().behindHeights,
  )
  gauge(
    'blockfin_clock_offset_seconds',
    'Clocks of the other members less the own one, 0 if unknown',
    () => (host.health().clockOffsetMs ?? 0) / 1000,
  )
  new Gauge({
    name: 'blockfin_health_problem',
    help: '1 for each problem or hint that health tells of',
    labelNames: ['code', 'severity'],
    registers: [registry],
    collect() {
      this.reset()
      const { problems, hints } = host.health()
      for (const { code } of problems) this.set({ code, severity: 'problem' }, 1)
      for (const { code } of hints) this.set({ code, severity: 'hint' }, 1)
    },
  })
  new Gauge({
    name: 'blockfin_stalled_feeds_total',
    help: 'Feeds that stood still and were dealt with, by outcome',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      for (const [outcome, count] of Object.entries(host.stallCounts())) this.set({ outcome }, count)
    },
  })
  new Gauge({
    name: 'blockfin_findings_count',
    help: 'Findings of misbehaviour held, by code and grade',
    labelNames: ['code', 'grade'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { code, grade } of host.evidence.list()) this.inc({ code, grade })
    },
  })
  const requests = new Counter({
    name: 'blockfin_http_requests_total',
    help: 'Requests answered, by route and status',
    labelNames: ['route', 'status'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'blockfin_http_request_duration_seconds',
    help: 'Time to answer, event streams left out',
    labelNames: ['route'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    registers: [registry],
  })
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    requests.inc({ route, status: String(reply.statusCode) })
    if (route === '/v1/events') return
    durations.observe({ route }, reply.elapsedTime / 1000)
  })
  return { registry }
}
