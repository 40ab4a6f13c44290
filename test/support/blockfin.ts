import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { onTestFinished } from 'vitest'

/** The built command as a process of its own, as users run it. */

export const ENTRY = fileURLToPath(new URL('../../bin/blockfin.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it said so far, on both streams. */
  said(): { readonly out: string; readonly err: string }
}

/** Ends with the test, at the latest. */
export const startBlockfin = (words: readonly string[], cwd?: string): Running => {
  const child = spawn(process.execPath, [ENTRY, ...words], { stdio: ['ignore', 'pipe', 'pipe'], cwd })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...said }))
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
  })
  return { child, ended, said: () => ({ ...said }) }
}

export const blockfin = (...words: string[]): Promise<Ended> => startBlockfin(words).ended

/** Is there a process of this number? Also true for one that has ended and was not waited for. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
