import { writeFile } from 'node:fs/promises'

import { createClient } from '../../client/index.js'
import { isHash } from '../../feeds/index.js'
import type { Network } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { apisOf } from '../connection.js'
import { runToEnd } from './processes.js'

/** Fetches proofs of what was sealed, and lets another process check them that knows nothing but the network file. */

export interface ProofsRequest {
  readonly entry: string
  readonly network: Network
  readonly networkFile: string
  readonly heights: readonly number[]
  /** Most proofs; spread evenly over all transactions if there are more. */
  readonly limit: number
  /** Where the proofs go, one on each line. */
  readonly out: string
  readonly stop: AbortSignal
}

export interface VerifiedProofs {
  readonly transactions: number
  readonly verified: number
  readonly executed: number
  readonly failed: number
  readonly file: string
}

const AT_ONCE = 16

/** @throws CodedError `process-failed` if a proof does not hold, and what the API answers */
export const verifyProofs = async (request: ProofsRequest): Promise<VerifiedProofs> => {
  const { network, heights, limit, out, entry, networkFile, stop } = request
  const client = createClient({ validators: [], messagenodes: apisOf(network).messagenodes })
  const hashes: string[] = []
  for (const height of heights) {
    if (stop.aborted) break
    const { transactions } = await client.block(height)
    hashes.push(...transactions.map(({ hash }) => hash))
  }
  const chosen = spread(hashes, limit)
  const proofs: string[] = []
  for (let from = 0; from < chosen.length && !stop.aborted; from += AT_ONCE) {
    const some = chosen.slice(from, from + AT_ONCE).filter(isHash)
    const fetched = await Promise.all(some.map((hash) => client.transactionProof(hash)))
    proofs.push(...fetched.map((proof) => JSON.stringify(proof)))
  }
  if (proofs.length === 0) return { transactions: hashes.length, verified: 0, executed: 0, failed: 0, file: out }
  await writeFile(out, `${proofs.join('\n')}\n`)
  const said: unknown = JSON.parse(
    await runToEnd(entry, ['verify', out, '--network', networkFile, '--summary', '--json']),
  )
  return { transactions: hashes.length, ...countsIn(said), file: out }
}

const spread = (hashes: readonly string[], limit: number): readonly string[] => {
  if (hashes.length <= limit) return hashes
  return Array.from({ length: limit }, (_, index) => hashes[Math.floor((index * hashes.length) / limit)] ?? '')
}

const countsIn = (said: unknown): { verified: number; executed: number; failed: number } => {
  const { proofs, executed, failed } = typeof said === 'object' && said !== null ? (said as Partial<Counts>) : {}
  if (typeof proofs === 'number' && typeof executed === 'number' && typeof failed === 'number') {
    return { verified: proofs, executed, failed }
  }
  throw new CodedError('process-failed', 'blockfin verify answered something else than its counts')
}

interface Counts {
  readonly proofs: unknown
  readonly executed: unknown
  readonly failed: unknown
}
