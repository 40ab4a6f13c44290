import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CorePatch } from '../support/simulation/directed/patched-core.js'

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

const COPIED = ['src', 'plugins', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'] as const

/** A mutant that loops for ever is ended here; a test file takes seconds. */
const TIME_LIMIT_MS = 120_000

/** What a test file came to: names of the tests that failed, or that it had to be ended. */
export type TestRun =
  { readonly kind: 'done'; readonly failed: readonly string[] } | { readonly kind: 'hung' }

/** A copy of the project in a temporary folder, for changing its sources and running its tests. */
export class PatchedProject {
  readonly #folder = mkdtempSync(join(tmpdir(), 'blockfin-mutants-'))

  constructor() {
    for (const name of COPIED) cpSync(join(PROJECT, name), join(this.#folder, name), { recursive: true })
    symlinkSync(join(PROJECT, 'node_modules'), join(this.#folder, 'node_modules'))
  }

  /** Runs a test file while the sources are patched. @throws Error if a patch does not fit the sources */
  async test(file: string, patches: readonly CorePatch[]): Promise<TestRun> {
    const originals = new Map<string, string>()
    try {
      for (const { file: source, text, replacement } of patches) {
        const path = join(this.#folder, 'src', source)
        const before = readFileSync(path, 'utf8')
        if (!originals.has(path)) originals.set(path, before)
        writeFileSync(path, replacedOnce(source, before, text, replacement))
      }
      return await this.#run(file)
    } finally {
      for (const [path, original] of originals) writeFileSync(path, original)
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }

  async #run(file: string): Promise<TestRun> {
    const output = join(this.#folder, 'report.json')
    rmSync(output, { force: true })
    const vitest = join(this.#folder, 'node_modules/vitest/vitest.mjs')
    const options = ['--reporter=json', `--outputFile=${output}`, '--maxWorkers=1']
    const child = spawn(process.execPath, [vitest, 'run', file, ...options], {
      cwd: this.#folder,
      stdio: 'ignore',
      detached: true,
    })
    const isDone = await endOf(child, TIME_LIMIT_MS)
    return isDone ? { kind: 'done', failed: failedIn(readFileSync(output, 'utf8')) } : { kind: 'hung' }
  }
}

/** @throws Error unless the text stands exactly once in the source */
export const replacedOnce = (file: string, source: string, text: string, replacement: string): string => {
  const pieces = source.split(text)
  if (pieces.length === 2) return pieces.join(replacement)
  throw new Error(`src/${file} has ${pieces.length - 1} times, not once: ${text}`)
}

/** Whether a process ended by itself; with it, if need be, its whole group is ended. */
const endOf = (child: ReturnType<typeof spawn>, limitMs: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      resolve(false)
    }, limitMs)
    child.on('error', reject)
    child.on('exit', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** A file that does not even load has no assertions, and so caught nothing. */
const failedIn = (report: string): string[] =>
  (JSON.parse(report) as Report).testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName)
