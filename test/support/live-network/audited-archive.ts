import { join } from 'node:path'

import { runCommand } from './command.js'
import type { LiveNetwork } from './live-network.js'

/** What `blockfin audit` says of an archive: its exit code is 0 for nothing proved and nothing evident. */
export interface ArchiveAudit {
  readonly exitCode: number | null
  /** Codes of what it finds. */
  readonly findings: readonly string[]
  /** Blocks that it executed again. */
  readonly heights: number
}

const LIMIT_MS = 600_000

/** Has the feeds of all nodes put into one archive by the command, and audited by the command. @throws Error if either cannot be done */
export const auditedArchive = async (network: LiveNetwork): Promise<ArchiveAudit> => {
  const file = join(network.directory, 'audited.bfa')
  const directories = network.nodes.flatMap((name) => ['--dir', network.dataDirectory(name)])
  const exported = await runCommand(
    ['export', ...directories, '--network', network.networkFile, '--out', file],
    { timeoutMs: LIMIT_MS },
  )
  if (exported.exitCode !== 0) throw new Error(`export ended with ${exported.exitCode}: ${exported.err}`)
  const { exitCode, out, err } = await runCommand(['audit', file, '--json'], { timeoutMs: LIMIT_MS })
  if (out === '') throw new Error(`audit ended with ${exitCode}: ${err}`)
  const { findings, replay } = JSON.parse(out) as Report
  return { exitCode, findings: findings.map(({ code }) => code), heights: replay.height }
}

interface Report {
  readonly findings: readonly { readonly code: string }[]
  readonly replay: { readonly height: number }
}
