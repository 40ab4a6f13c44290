import { type Law, lawOf } from '../../protocol/index.js'
import { CodedError } from '../../util/index.js'
import { Accuser } from '../findings/accuser.js'
import type { AuditOptions } from '../audit.js'
import { checkedBatches } from './batches.js'
import { Findings } from '../findings/finding.js'
import { Library } from './library.js'
import { type Arrival, merged } from './merge.js'
import { Reading } from './reading.js'
import { plainScreen } from './screen.js'

/** What the first pass leaves. */
export interface ReadSources {
  readonly law: Law
  readonly library: Library
  readonly findings: Findings
  readonly accuser: Accuser
  readonly reading: Reading
  /** Messages of each source. */
  readonly counts: readonly number[]
}

/** Messages between two words about progress. */
const PROGRESS_EVERY = 10_000

/**
 * The first pass over all sources.
 * @throws CodedError as sources do, and `source-damaged`, `source-incomplete`, `source-foreign`, `audit-stopped`
 */
export const readSources = async (
  options: Omit<AuditOptions<unknown>, 'application' | 'origin'>,
  onArrival: (arrival: Arrival) => void = () => undefined,
): Promise<ReadSources> => {
  const { network, sources, verify, onProgress, stop } = options
  const law = lawOf(network, verify)
  const { screen = plainScreen(law) } = options
  const library = new Library(sources)
  const findings = new Findings()
  const accuser = new Accuser(law, library, findings)
  const reading = new Reading(
    law,
    library,
    accuser,
    sources.map(({ member }) => member),
  )
  const counts = sources.map(() => 0)
  let read = 0
  for await (const batch of checkedBatches(sources, merged(sources), screen, (key) => library.has(key))) {
    checkStop(stop)
    for (const arrival of batch) {
      const { source } = arrival
      onArrival(arrival)
      await reading.take(sources[source]?.name ?? '', arrival)
      counts[source] = (counts[source] ?? 0) + 1
      if (++read % PROGRESS_EVERY === 0) onProgress?.({ phase: 'reading', messages: read })
    }
  }
  const foreign = reading.foreignSource()
  if (foreign !== undefined) throw foreignError(sources[foreign]?.name ?? '')
  for (const source of sources) for await (const proof of source.proofs()) reading.takeProof(proof)
  await reading.finish()
  return { law, library, findings, accuser, reading, counts }
}

/** @throws CodedError `audit-stopped` */
export const checkStop = (stop: AbortSignal | undefined): void => {
  if (stop?.aborted) throw new CodedError('audit-stopped', 'the audit was stopped before it was done', {})
}

const foreignError = (source: string): CodedError =>
  new CodedError('source-foreign', `${source} holds nothing of any member: it is of another network`, {
    source,
  })
