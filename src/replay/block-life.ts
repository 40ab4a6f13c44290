import { contextOf } from '../audit/audit.js'
import { ChainAudit } from '../audit/chain/chain-audit.js'
import type { ClosedHeight, OpenHeight } from '../audit/chain/heights.js'
import type { AuditProgress } from '../audit/index.js'
import { readSources, type ReadSources } from '../audit/reading/read-sources.js'
import { repeatedCertificates } from '../audit/findings/repeated.js'
import type { FeedMessage, MessageKey } from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import { HeightCharges } from './charges.js'
import { failedIn } from './history.js'
import type { BlockLife } from './life.js'
import { linksOfMessage, saidOf } from './said.js'
import { NodeReplay } from './node-replay.js'
import type { ReplayOptions } from './replay-to.js'
import { Sightings } from './sightings.js'
import { timelineOf } from './timeline.js'
import { nameOfViewpoint, type Viewpoint, viewpointsOf } from './viewpoint.js'

export interface BlockLifeOptions<State> extends Omit<ReplayOptions<State>, 'onProgress'> {
  readonly height: number
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined
}

const PROGRESS_EVERY = 10_000

/**
 * The life of one block: who said what about its height, who received it when, and why the rules allowed it, by the
 * functions by which nodes and audits judge. All sources are read for the reasons; `as` chooses whose order is shown.
 * @throws CodedError as sources do, as {@link viewpointsOf} does, and `height-not-reached`
 */
export const blockLife = async <State>(options: BlockLifeOptions<State>): Promise<BlockLife> => {
  const { network, sources, verify, application, height, onProgress } = options
  const viewpoints = viewpointsOf(network, sources, options.as)
  const read = await readSources({
    network,
    sources,
    verify,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const { law, library } = read
  const charges = new HeightCharges(law)
  const chain = new ChainAudit(contextOf({ network, application, verify }), law, library, charges)
  const { opened, closed } = await replayed(chain, height, charges)
  const said = await library.atHeight(height)
  if (said.length === 0) throw notReached(height, chain.replay.height)
  await charge(charges, read, height, said, opened)

  const content = closed.kind === 'executed' ? await messagesOf(read, closed.content) : []
  const all = [...content, ...said]
  const linked = await linksIn(read, all)
  const seen = new Sightings(height, new Set(all.map(({ key }) => key)))
  let messages = 0
  for (const [index, viewpoint] of viewpoints.entries()) {
    await seen.look(index, new NodeReplay({ law, application }, viewpoint), () => {
      if (++messages % PROGRESS_EVERY === 0) onProgress?.({ phase: 'reading', messages })
    })
  }
  const facts = {
    law,
    height,
    messages: said,
    judgements: opened.judgements,
    linked,
    block: closed.kind === 'executed' ? closed.block : null,
    isBlurred: (code: string) => chain.isBlurred(code),
    pendingAt: (skip: MessageKey) => seen.pendingAt(skip),
  }
  const events = timelineOf(
    all.map((message) => saidOf(facts, message, seen.of(message.key), charges.against(message))),
    seen.deeds.map((deed) => ({
      ...deed,
      event: 'done' as const,
      member: viewpoints[deed.viewpoint]?.name ?? '',
    })),
  )
  const { genesis, chainId } = network
  return {
    chainId,
    height,
    validators: genesis.validators.length,
    quorum: genesis.quorum,
    viewpoints: viewpoints.map((viewpoint: Viewpoint) => nameOfViewpoint(viewpoint)),
    outcome: outcomeOf(opened, closed),
    block: blockOf(closed, opened),
    events,
    charges: charges.all,
  }
}

interface Replayed {
  readonly opened: OpenHeight<unknown>
  readonly closed: ClosedHeight
}

/** Executes everything below the height, then judges it. */
const replayed = async <State>(
  chain: ChainAudit<State>,
  height: number,
  charges: HeightCharges,
): Promise<Replayed> => {
  for (;;) {
    charges.isListening = chain.replay.height + 1 === height
    const opened = await chain.open()
    const closed = chain.close(opened)
    if (charges.isListening) return { opened, closed }
    if (closed.kind === 'ended') throw notReached(height, chain.replay.height)
  }
}

const notReached = (height: number, executed: number): CodedError =>
  new CodedError(
    'height-not-reached',
    `nothing can be told of height ${height}: the sources show the chain up to height ${executed}`,
    { height, executed },
  )

/** What an audit would say of the height besides. */
const charge = async (
  charges: HeightCharges,
  { library, findings }: ReadSources,
  height: number,
  said: readonly FeedMessage[],
  { certificates }: OpenHeight<unknown>,
): Promise<void> => {
  const before = await library.atHeight(height - 1)
  charges.weighAll(said)
  for (const decided of before.filter(({ body }) => body.type === 'committed')) {
    for (const proposal of said.filter(({ body }) => body.type === 'assembled')) {
      await charges.weigh(proposal, decided)
    }
  }
  for (const { author, keys } of repeatedCertificates(certificates, (feed) => library.isForked(feed))) {
    charges.evidentOf('repeated-certificate', author, keys, { height })
  }
  const keys = new Set(said.map(({ key }) => key))
  for (const finding of findings.sorted()) {
    if (finding.messages.some((key) => keys.has(key))) charges.found(finding)
  }
}

const messagesOf = async (
  { library }: ReadSources,
  keys: readonly MessageKey[],
): Promise<readonly FeedMessage[]> => {
  const messages: FeedMessage[] = []
  for (const key of keys) {
    const message = await library.message(key)
    if (message) messages.push(message)
  }
  return messages
}

const linksIn = async (
  read: ReadSources,
  messages: readonly FeedMessage[],
): Promise<ReadonlyMap<MessageKey, FeedMessage>> => {
  const linked = await messagesOf(read, [...new Set(messages.flatMap(linksOfMessage))])
  return new Map(linked.map((message) => [message.key, message]))
}

const outcomeOf = ({ certificates }: OpenHeight<unknown>, closed: ClosedHeight): BlockLife['outcome'] => {
  if (closed.kind === 'ended') return closed.end
  return certificates.some(({ body }) => body.type === 'sealed') ? 'sealed' : 'executed'
}

const blockOf = (closed: ClosedHeight, { certificates }: OpenHeight<unknown>): BlockLife['block'] => {
  if (closed.kind !== 'executed') return null
  const { value, assembled, stateRoot, transactions } = closed.block
  const decided = certificates.find(({ body }) => body.type === 'committed')
  return {
    id: value.block,
    parent: assembled.body.parent,
    round: decided?.body.round ?? assembled.body.round,
    xRoot: value.xRoot,
    stateRoot,
    transactions: transactions.length,
    failed: failedIn(closed.block),
  }
}
