import { type AuditOptions, contextOf } from '../audit/audit.js'
import type { SourceMessage } from '../audit/index.js'
import { lawOf, type Law, type Millis } from '../protocol/index.js'
import { CodedError } from '../util/index.js'
import { History } from './history.js'
import { type Moment, momentOf } from './moment.js'
import { NodeReplay } from './node-replay.js'
import { nameOfViewpoint, type Viewpoint, type ViewpointName, viewpointsOf } from './viewpoint.js'

export interface ReplayOptions<State> extends Omit<
  AuditOptions<State>,
  'onProgress' | 'origin' | 'screen' | 'stop'
> {
  /** Name or main id of the member through whose eyes to look; every source is a viewpoint if left out. */
  readonly as?: string | undefined
  /** Called now and then with the number of messages read of one source. */
  readonly onProgress?: ((messages: number) => void) | undefined
}

export interface ReplayToOptions<State> extends ReplayOptions<State> {
  readonly to: Destination
  /** What to ask the application about the state, such as `supply` or `accounts/<64 hex>` of the STORE ledger. */
  readonly queries?: readonly string[] | undefined
}

/** The moment at which a node had executed a height; or a time of its clock, in milliseconds since 1970. */
export type Destination = { readonly height: number } | { readonly time: Millis }

/** A viewpoint that never came there, and how far it came. */
export interface Unreached {
  readonly viewpoint: ViewpointName
  readonly height: number
}

export interface ReplayedTo {
  readonly chainId: string
  readonly to: Destination
  readonly moments: readonly Moment[]
  readonly unreached: readonly Unreached[]
}

const PROGRESS_EVERY = 10_000

/**
 * What nodes knew and had done at a moment: each viewpoint's log is told to the core that the node ran, up to there.
 * @throws CodedError as sources do, as {@link viewpointsOf} does, and `height-not-reached`, `time-before-first` if no
 * viewpoint comes there
 */
export const replayTo = async <State>(options: ReplayToOptions<State>): Promise<ReplayedTo> => {
  const { network, sources, verify, to } = options
  const law = lawOf(network, verify)
  const moments: Moment[] = []
  const unreached: Unreached[] = []
  const beginnings: Millis[] = []
  for (const viewpoint of viewpointsOf(network, sources, options.as)) {
    const seen = await lookFrom(viewpoint, law, options)
    if (seen.kind === 'moment') moments.push(seen.moment)
    else unreached.push({ viewpoint: nameOfViewpoint(viewpoint), height: seen.height })
    if (seen.kind === 'unreached' && seen.first !== null) beginnings.push(seen.first)
  }
  if (moments.length === 0) throw neverReached(to, unreached, beginnings)
  return { chainId: network.chainId, to, moments, unreached }
}

type Seen =
  | { readonly kind: 'moment'; readonly moment: Moment }
  | { readonly kind: 'unreached'; readonly height: number; readonly first: Millis | null }

const lookFrom = async <State>(
  viewpoint: Viewpoint,
  law: Law,
  { application, to, queries = [], onProgress }: ReplayToOptions<State>,
): Promise<Seen> => {
  const replay = new NodeReplay({ law, application }, viewpoint)
  const { network, verify } = law
  const history = new History(
    contextOf({ network, application, verify }),
    'height' in to ? to.height : Infinity,
  )
  let last: SourceMessage | null = null
  let first: Millis | null = null
  const endsBefore = ({ receivedAt }: SourceMessage): boolean => {
    first ??= receivedAt
    return 'time' in to && receivedAt > to.time
  }
  const isThere = (): boolean => 'height' in to && history.height === to.height
  if (!isThere()) {
    for await (const { stored, effects } of replay.steps(endsBefore)) {
      last = stored
      history.take(effects)
      if (replay.received % PROGRESS_EVERY === 0) onProgress?.(replay.received)
      if (isThere()) break
    }
  }
  const isReached = 'height' in to ? isThere() : last !== null
  if (!isReached) return { kind: 'unreached', height: history.height, first }
  return { kind: 'moment', moment: await momentOf(law, viewpoint, replay, history, queries, last) }
}

const neverReached = (
  to: Destination,
  unreached: readonly Unreached[],
  beginnings: readonly Millis[],
): CodedError => {
  if ('height' in to) {
    const reached = unreached.map(({ viewpoint, height }) => `${viewpoint.name} ${height}`).join(', ')
    const sentence = `height ${to.height} was executed nowhere; the last ones are: ${reached}`
    return new CodedError('height-not-reached', sentence, { height: to.height })
  }
  const first = Math.min(...beginnings)
  const since = Number.isFinite(first) ? `, which came at ${new Date(first).toISOString()}` : ''
  const sentence = `${new Date(to.time).toISOString()} is before the first message${since}`
  return new CodedError('time-before-first', sentence, { time: to.time })
}
