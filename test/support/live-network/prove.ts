import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Client } from '../../../src/client/index.js'
import type { Hash } from '../../../src/feeds/index.js'
import { runCommand } from './command.js'
import type { LiveNetwork } from './live-network.js'

export interface Verified {
  readonly proofs: number
  readonly executed: number
  readonly failed: number
  /** In the order of the hashes; left out with `summary`. */
  readonly checked: readonly { readonly hash: string; readonly code: number; readonly name: string }[]
}

const AT_ONCE = 16

/**
 * Fetches the proofs of sealed transactions, and has them verified by `blockfin verify` in a folder that holds the
 * network file and the proofs and nothing else.
 */
export const verifyElsewhere = async (
  { directory, networkFile }: LiveNetwork,
  client: Client,
  hashes: readonly Hash[],
): Promise<Verified> => {
  const proofs: string[] = []
  for (let from = 0; from < hashes.length; from += AT_ONCE) {
    const some = hashes.slice(from, from + AT_ONCE).map((hash) => client.transactionProof(hash))
    proofs.push(...(await Promise.all(some)).map((proof) => JSON.stringify(proof)))
  }
  const bare = join(directory, 'verifier')
  await mkdir(bare, { recursive: true })
  await copyFile(networkFile, join(bare, 'network.json'))
  await writeFile(join(bare, 'proofs.jsonl'), proofs.join('\n'))
  const words = ['verify', 'proofs.jsonl', '--network', 'network.json', '--json']
  const { exitCode, out, err } = await runCommand(words, { cwd: bare })
  if (exitCode !== 0) throw new Error(`blockfin verify ended with ${exitCode}: ${err}`)
  const answer = JSON.parse(out) as Verified | Verified['checked'][number]
  // A single proof is answered as it is.
  return 'checked' in answer ? answer : { proofs: 1, executed: 0, failed: 0, checked: [answer] }
}
