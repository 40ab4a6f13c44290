import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { sha256 } from '../../src/feeds/index.js'
import { verify } from '../../src/node/verify.js'
import { generateNodeIdentity, sign } from '../../src/roles/index.js'
import { fromBase64 } from '../../src/util/index.js'
import { LongDirectory } from '../support/audit/index.js'
import { messageLogPath } from '../../src/cli/feeds/message-log.js'
import { dataDirectory } from '../../src/node/data-directory.js'

/** `BENCH_MESSAGES=1000000 BENCH_DIRECTORY=/var/tmp/million npm run bench audit` makes them once and keeps them. */
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 20_000)

/** Of each block of a {@link LongDirectory}: 17 messages, the 12 votes in them, and a transaction. */
const SIGNATURES_PER_MESSAGE = 30 / 17

const ENTRY = fileURLToPath(new URL('../../bin/blockfin.js', import.meta.url))
const TICKS_PER_SECOND = 100
const LOOK_MS = 100

interface Pace {
  readonly jobs: number
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly messagesPerSecond: number
  readonly messagesPerCpuSecond: number
  /** Different signatures verified for each second of a core, as a part of what bare verification does of them. */
  readonly partOfBareRate: number
  readonly peakMiB: number
}

export interface AuditFigures {
  readonly messages: number
  /** ed25519 verifications of 700 bytes for each second of a core, by the library that the audit uses, before and after. */
  readonly bareRates: readonly number[]
  readonly ofDirectory: readonly Pace[]
  readonly ofArchive: Pace
  readonly logBytesPerMessage: number
  readonly archiveBytesPerMessage: number
}

export const measureAudit = async (messages = MESSAGES): Promise<AuditFigures> => {
  const kept = process.env['BENCH_DIRECTORY']
  const scratch = await mkdtemp(join(tmpdir(), 'blockfin-bench-'))
  try {
    const root = kept ?? join(scratch, 'node')
    if (!(await isThere(dataDirectory(root).network))) await write(root, messages)
    const before = bareRate()
    const all = availableParallelism()
    const ofDirectory: Pace[] = []
    for (const jobs of new Set([1, all])) ofDirectory.push(await paceOf(root, jobs, messages, before))
    const archive = join(scratch, 'node.bfa')
    await run(['export', '--dir', root, '--out', archive])
    const ofArchive = await paceOf(archive, all, messages, before)
    const bytesOf = async (path: string): Promise<number> => Math.round((await stat(path)).size / messages)
    return {
      messages,
      bareRates: [before, bareRate()].map(Math.round),
      ofDirectory,
      ofArchive,
      logBytesPerMessage: await bytesOf(messageLogPath(dataDirectory(root).ssb)),
      archiveBytesPerMessage: await bytesOf(archive),
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const write = async (root: string, messages: number): Promise<void> => {
  const directory = await (await LongDirectory.create(root)).blocks(messages)
  await directory.finish()
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** For each second of a core, so that what else the machine does counts less. */
const bareRate = (): number => {
  const identity = generateNodeIdentity(sha256(new Uint8Array(0)))
  const bytes = new Uint8Array(700)
  const publicKey = fromBase64(identity.id.slice(1, 45), 32)
  const signature = fromBase64(sign(identity, bytes), 64)
  const used = process.cpuUsage()
  const startedAt = performance.now()
  let count = 0
  for (; performance.now() - startedAt < 3000; count++) verify(publicKey, bytes, signature)
  const { user, system } = process.cpuUsage(used)
  return count / ((user + system) / 1e6)
}

const paceOf = async (source: string, jobs: number, messages: number, bare: number): Promise<Pace> => {
  const { wallSeconds, cpuSeconds, peakMiB } = await run(['audit', source, '--jobs', String(jobs)])
  const messagesPerCpuSecond = messages / cpuSeconds
  return {
    jobs,
    wallSeconds,
    cpuSeconds,
    messagesPerSecond: Math.round(messages / wallSeconds),
    messagesPerCpuSecond: Math.round(messagesPerCpuSecond),
    partOfBareRate: Math.round((100 * messagesPerCpuSecond * SIGNATURES_PER_MESSAGE) / bare) / 100,
    peakMiB,
  }
}

/** The built command, looked at from outside. */
const run = async (words: readonly string[]) => {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [ENTRY, ...words], { stdio: 'ignore' })
  const seen = { cpuSeconds: 0, peakMiB: 0 }
  const look = async (): Promise<void> => {
    const [status, numbers] = await Promise.all(
      ['status', 'stat'].map((name) => readFile(`/proc/${child.pid}/${name}`, 'utf8').catch(() => '')),
    )
    const peak = /VmHWM:\s+(\d+) kB/.exec(status ?? '')?.[1]
    const [user, system] = (numbers ?? '').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? []
    if (peak !== undefined) seen.peakMiB = Math.round(Number(peak) / 1024)
    if (user !== undefined && system !== undefined) seen.cpuSeconds = (user + system) / TICKS_PER_SECOND
  }
  const looking = setInterval(() => void look(), LOOK_MS)
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  clearInterval(looking)
  if (code !== 0) throw new Error(`blockfin ${words.join(' ')} ended with ${code}`)
  return { wallSeconds: Math.round((performance.now() - startedAt) / 100) / 10, ...seen }
}
