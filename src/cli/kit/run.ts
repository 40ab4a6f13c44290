import { CodedError } from '../../util/index.js'
import type { Command, Keyboard, Terminal } from './command.js'
import { toJson } from './json.js'
import { parse, type About } from './program.js'

/** Runs one command line from its words to its exit code; everything it says goes through `streams`. */

export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** A person watches standard error. */
  readonly interactive: boolean
  /** Keys of a person, if there is one. */
  readonly keys?: () => Keyboard | null
}

/** Expected errors are one line and exit code 1; a bug of ours shows its stack and is 70 (EX_SOFTWARE). */
const EXIT_EXPECTED = 1
const EXIT_BUG = 70

export const run = async (
  about: About,
  table: readonly Command[],
  words: readonly string[],
  streams: Streams,
  stop: AbortSignal,
  /** Instead of 0 where a command was interrupted before it was done. */
  interruptedCode: () => number | null = () => null,
): Promise<number> => {
  try {
    const asked = parse(about, table, words)
    if ('shown' in asked) {
      streams.out(asked.shown)
      return 0
    }
    const { json } = asked.invocation
    const outcome = await asked.invocation.run(terminalOf(streams, json, stop))
    const text = json ? toJson(outcome.json, 2) : outcome.text
    if (outcome.json !== undefined && text !== '') streams.out(`${text}\n`)
    return outcome.exitCode ?? interruptedCode() ?? 0
  } catch (error) {
    if (!(error instanceof CodedError)) {
      streams.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      return EXIT_BUG
    }
    streams.err(`${errorLine(about.name, error)}\n`)
    return EXIT_EXPECTED
  }
}

/** `blockfin: <sentence> (code)`, on one line whatever the sentence holds. */
export const errorLine = (name: string, { message, code }: CodedError): string => {
  const sentence = message.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
  return `${name}: ${sentence} (${code})`
}

const terminalOf = (streams: Streams, json: boolean, stop: AbortSignal): Terminal => ({
  stop,
  json,
  interactive: streams.interactive,
  progress: (sentence) => streams.err(`${sentence}\n`),
  record: (value, text) => streams.out(`${json ? toJson(value) : text}\n`),
  draw: (text) => streams.err(text),
  keys: () => streams.keys?.() ?? null,
})
