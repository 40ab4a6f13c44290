import { type Law, lawOf } from '../protocol/index.js'
import { Accuser } from './accuser.js'
import type { AuditOptions } from './audit.js'
import { Findings } from './finding.js'
import { Library } from './library.js'
import { merged } from './merge.js'
import { Reading } from './reading.js'

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

/** The first pass over all sources. @throws CodedError as sources do, and `source-damaged`, `source-incomplete` */
export const readSources = async ({
  network,
  sources,
  verify,
  onProgress,
}: Omit<AuditOptions<unknown>, 'application'>): Promise<ReadSources> => {
  const law = lawOf(network, verify)
  const library = new Library(sources)
  const findings = new Findings()
  const accuser = new Accuser(law, library, findings)
  const reading = new Reading(law, library, accuser)
  const counts = sources.map(() => 0)
  let read = 0
  for await (const { source, stored } of merged(sources)) {
    await reading.take(source, sources[source]?.name ?? '', stored)
    counts[source] = (counts[source] ?? 0) + 1
    if (++read % PROGRESS_EVERY === 0) onProgress?.({ phase: 'reading', messages: read })
  }
  for (const source of sources) for await (const proof of source.proofs()) reading.takeProof(proof)
  await reading.finish()
  return { law, library, findings, accuser, reading, counts }
}
