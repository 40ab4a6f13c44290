import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { PARENT_CHANNEL } from '../../../src/cli/kit/index.js'

/** The built command, run as users run it: the end-to-end tests judge it from outside. */
export const ENTRY = fileURLToPath(new URL('../../../bin/blockfin.js', import.meta.url))

const BUILT = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url))

/**
 * Every process holds the other end of a channel to this one, and ends however this one does.
 *
 * @param prefix what the command line begins with, to run it elsewhere
 */
export const spawnCommand = (
  words: readonly string[],
  { cwd, prefix = [] }: { readonly cwd?: string | undefined; readonly prefix?: readonly string[] } = {},
) => {
  if (!existsSync(BUILT))
    throw new Error('the command is not built: run npm test, or npm run build before it')
  const [command, ...rest] = [...prefix, process.execPath, ENTRY, ...words]
  return spawn(command ?? process.execPath, rest, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, [PARENT_CHANNEL]: '1' },
    ...(cwd === undefined ? {} : { cwd }),
  })
}

export interface Ended {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

/** Runs a command to its end, whatever that is; kills it if there is none in time. */
export const runCommand = (
  words: readonly string[],
  { cwd, timeoutMs = 30_000 }: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawnCommand(words, { cwd })
    const said = { out: '', err: '' }
    child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
    const deadline = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.once('error', reject)
    child.once('close', (exitCode) => {
      clearTimeout(deadline)
      resolve({ exitCode, ...said })
    })
  })
