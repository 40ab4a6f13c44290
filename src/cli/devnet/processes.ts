import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'

import { CodedError } from '../../util/index.js'
import { PARENT_CHANNEL } from '../kit/index.js'

/**
 * The processes of a devnet. Each is started with a channel to this one and ends when that closes, so nothing is left
 * however this process ends; and each is only ever ended through its own handle.
 */
export class Processes {
  readonly #children = new Map<string, ChildProcess>()
  readonly #ended = new Map<string, Promise<void>>()
  readonly #asked = new Set<string>()
  #closing = false

  constructor(private readonly options: ProcessesOptions) {
    process.on('exit', this.#killAll)
  }

  /** Runs a command of ours; what it says goes to the end of `log`, or its lines on standard output to `onLine`. */
  start({ name, words, log, onLine }: ProcessSpec): void {
    const file = openSync(log, 'a')
    const child = spawn(process.execPath, [this.options.entry, ...words], {
      stdio: ['ignore', onLine ? 'pipe' : file, file, 'ipc'],
      env: CHILD_ENVIRONMENT,
      // A group of its own: Ctrl+C reaches the children through this process, in order, and not all at once.
      detached: true,
    })
    closeSync(file)
    this.#children.set(name, child)
    if (onLine && child.stdout) splitLines(child.stdout, onLine)
    this.#ended.set(
      name,
      new Promise((resolve) => {
        const gone = (how: string): void => {
          resolve()
          this.#children.delete(name)
          if (!this.#closing && !this.#asked.has(name)) this.options.onEnd({ name, how, lastLine: lastLineOf(log) })
        }
        child.once('error', ({ message }) => gone(message))
        child.once('exit', (code, signal) => gone(signal === null ? `exit code ${code}` : signal))
      }),
    )
  }

  get running(): readonly string[] {
    return [...this.#children.keys()]
  }

  /** Asks one of them to close, and waits for it. */
  async end(name: string): Promise<void> {
    this.#asked.add(name)
    this.#children.get(name)?.kill('SIGTERM')
    await this.#ended.get(name)
  }

  /** Asks all of them to close, and ends those that do not in time. Resolves when none is left. */
  async close(): Promise<void> {
    this.#closing = true
    for (const child of this.#children.values()) child.kill('SIGTERM')
    const deadline = setTimeout(this.#killAll, CLOSE_DEADLINE_MS)
    await Promise.all(this.#ended.values())
    clearTimeout(deadline)
    process.off('exit', this.#killAll)
  }

  /** Also at the exit of this process: the second Ctrl+C must leave nothing either. */
  readonly #killAll = (): void => {
    for (const child of this.#children.values()) child.kill('SIGKILL')
  }
}

const CLOSE_DEADLINE_MS = 15_000
const CHILD_ENVIRONMENT = { ...process.env, [PARENT_CHANNEL]: '1' }

export interface ProcessesOptions {
  /** The script of this command. */
  readonly entry: string
  readonly onEnd: (end: ProcessEnd) => void
}

export interface ProcessSpec {
  readonly name: string
  /** Command and options. */
  readonly words: readonly string[]
  readonly log: string
  readonly onLine?: (line: string) => void
}

export interface ProcessEnd {
  readonly name: string
  /** A signal, or an exit code. */
  readonly how: string
  /** Of its log, what says most about its end; empty if there is none. */
  readonly lastLine: string
}

/** Runs a command of ours to its end. @throws CodedError `process-failed` with its last line */
export const runToEnd = (entry: string, words: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...words], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: CHILD_ENVIRONMENT,
    })
    const output = { out: '', err: '' }
    child.stdout?.on('data', (chunk: Buffer) => (output.out += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output.err += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output.out)
      else {
        const said = output.err.trim().split('\n').at(-1) ?? ''
        reject(new CodedError('process-failed', `blockfin ${words[0]} failed: ${said}`, { code }))
      }
    })
  })

const splitLines = (stream: NodeJS.ReadableStream, onLine: (line: string) => void): void => {
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
}

/** A crash ends with a stack and the version of Node: the error stands above. */
const lastLineOf = (log: string): string => {
  try {
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES)
    return lines.findLast((line) => /^(?:blockfin: |[A-Za-z]*Error\b)/.test(line)) ?? lines.at(-1) ?? ''
  } catch {
    return ''
  }
}

const TAIL_LINES = 40
