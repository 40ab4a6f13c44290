/** What is known of a call without a node: for the server's dispatch, for its help, and for the command line. */
export interface Command {
  readonly name: string
  /** What follows the name in a real node's list of commands. */
  readonly usage: string
  /** Names of named parameters, by position. Some calls of a real node declare none, and then take none. */
  readonly named: readonly string[]
  /** How many parameters are taken, at least and at most. */
  readonly takes: readonly [number, number]
  /** Positions that are JSON on a command line; the others are text as it stands. */
  readonly json: readonly number[]
  readonly about: string
}

/** One table of commands for each heading of `help`. */
export interface Section {
  readonly title: string
  readonly commands: readonly Command[]
}
