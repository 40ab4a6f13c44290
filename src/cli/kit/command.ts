import type { Options, Values } from './option.js'

/** What a command is: one row of the table from which parsing, help and manual follow. */
export interface Command<O extends Options = Options, A extends Options = Options> {
  /** Words after `blockfin`, such as `tx send`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What the list cannot say: whole sentences. */
  readonly details?: string
  readonly arguments: A
  readonly options: O
  /** Whole command lines. */
  readonly examples: readonly string[]
  /** Left out of the list of commands. */
  readonly hidden?: boolean
  /** A method, so that rows of different options fit into one table. */
  run(given: Values<O> & Values<A>, terminal: Terminal): Promise<Outcome>
}

/** A row, with the types of its handler inferred from its options. */
export const command = <O extends Options, A extends Options>(row: Command<O, A>): Command => row

/** What a handler returns: printed last, as JSON or as text. */
export interface Outcome {
  readonly json: unknown
  readonly text: string
  /** If left out: 0, or the code of the signal that interrupted it. */
  readonly exitCode?: number
}

/** What a handler may do to the outside while it runs. */
export interface Terminal {
  /** Aborted by the first Ctrl+C, by termination, or when the parent process goes: close and return. */
  readonly stop: AbortSignal
  /** `--json` was given. */
  readonly json: boolean
  /** True if a person watches standard error. */
  readonly interactive: boolean
  /** One sentence for a waiting person, on standard error. */
  progress(sentence: string): void
  /** One record of a stream, on standard output at once: a line of JSON, or the text. */
  record(json: unknown, text: string): void
  /** Raw text on standard error, for a view redrawn in place. */
  draw(text: string): void
  /** Null where nobody can press keys, or see what they do. */
  keys(): Keyboard | null
}

/** A person at a terminal. */
export interface Keyboard {
  /** Characters in one of its lines. */
  readonly width: number
  /** Key by key; the terminal is as before once nobody reads them any more. */
  readonly pressed: AsyncIterable<string>
}
