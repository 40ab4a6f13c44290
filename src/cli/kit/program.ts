import { Command as Program, CommanderError, Option as ProgramOption } from 'commander'

import { isCoded } from '../../util/index.js'
import type { Command, Outcome, Terminal } from './command.js'
import { kebabCase, usage, type Option, type Options, type Values } from './option.js'

/** Turns the table of commands into a parser with its help. */

export interface Invocation {
  readonly command: Command
  readonly json: boolean
  run(terminal: Terminal): Promise<Outcome>
}

/** What a command line asks for: a command to run, or help or version to show. */
export type Asked = { readonly invocation: Invocation } | { readonly shown: string }

export interface About {
  readonly name: string
  readonly version: string
  readonly description: string
  /** Stands below the list of commands. */
  readonly epilogue: string
}

/**
 * @param words what follows the program's name
 * @throws CodedError `usage`
 */
export const parse = (about: About, table: readonly Command[], words: readonly string[]): Asked => {
  let invocation: Invocation | undefined
  let shown = ''
  const root = new Program(about.name)
    .description(about.description)
    .version(about.version, '-V, --version', 'show the version')
    .addHelpText('after', `\n${about.epilogue}`)
  const programs = programsOf(root, table, (chosen) => (invocation = chosen))
  for (const program of [root, ...programs]) {
    program
      .exitOverride()
      .helpOption('-h, --help', 'show this help')
      .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
      .configureOutput({
        writeOut: (text) => (shown += text),
        writeErr: () => undefined,
        outputError: () => undefined,
      })
  }
  try {
    root.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { shown }
    throw mistakeOf(error, root)
  }
  return invocation ? { invocation } : { shown: root.helpInformation() }
}

const mistakeOf = (error: CommanderError, root: Program): Error => {
  // What commander throws where a group such as `tx` is called without a command.
  if (error.code === 'commander.help') return usage(`a command is missing: see ${root.name()} --help`)
  return usage(error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '))
}

const programsOf = (
  root: Program,
  table: readonly Command[],
  choose: (invocation: Invocation) => void,
): readonly Program[] => {
  const groups = new Map<string, Program>([['', root]])
  const programs: Program[] = []
  for (const row of table) {
    const words = row.name.split(' ')
    const parent = words.slice(0, -1).join(' ')
    const group = groups.get(parent) ?? root.command(parent).description(groupSummary(table, parent))
    if (!groups.has(parent)) programs.push(group)
    groups.set(parent, group)
    programs.push(programOf(group, row, words.at(-1) ?? row.name, choose))
  }
  return programs
}

const groupSummary = (table: readonly Command[], group: string): string =>
  table
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name }) => name.slice(group.length + 1))
    .join(', ')

const programOf = (
  group: Program,
  row: Command,
  word: string,
  choose: (invocation: Invocation) => void,
): Program => {
  const program = group.command(word, { hidden: row.hidden ?? false }).summary(row.summary)
  program.description(row.details === undefined ? row.summary : `${row.summary}\n\n${row.details}`)
  for (const [name, argument] of Object.entries(row.arguments)) {
    program.argument(argumentForm(name, argument), argument.describe)
  }
  for (const [name, option] of Object.entries(row.options)) program.addOption(programOption(name, option))
  program.option('--json', 'answer in JSON')
  program.addHelpText('after', `\nExamples:\n${row.examples.map((line) => `  $ ${line}`).join('\n')}`)
  program.action((...parameters: unknown[]) => {
    const given: unknown = program.opts()
    const json = isTexts(given) && given['json'] === true
    const values = {
      ...valuesOf(row.arguments, argumentTexts(row.arguments, parameters), kebabCase),
      ...valuesOf(row.options, optionTexts(row.options, given), (name) => `--${kebabCase(name)}`),
    }
    choose({ command: row, json, run: (terminal) => row.run(values, terminal) })
  })
  return program
}

const argumentForm = (name: string, { presence }: Option<unknown>): string => {
  const word = kebabCase(name)
  if (presence === 'many') return `[${word}...]`
  if (presence === 'several') return `<${word}...>`
  return presence === 'required' ? `<${word}>` : `[${word}]`
}

const programOption = (name: string, option: Option<unknown>): ProgramOption => {
  const described =
    option.shownDefault === null ? option.describe : `${option.describe} (default: ${option.shownDefault})`
  const made = new ProgramOption(`--${kebabCase(name)} ${option.placeholder}`.trim(), described)
  if (option.presence === 'flag') return made
  made.argParser((text: string, before: unknown) => [
    ...(Array.isArray(before) ? (before as string[]) : []),
    text,
  ])
  return made.makeOptionMandatory(option.presence === 'required')
}

type Texts = Readonly<Record<string, unknown>>

const isTexts = (value: unknown): value is Texts => typeof value === 'object' && value !== null

const argumentTexts = (names: Options, parameters: readonly unknown[]): Record<string, readonly string[]> =>
  Object.fromEntries(Object.keys(names).map((name, index) => [name, textsOf(parameters[index])]))

const optionTexts = (options: Options, given: unknown): Record<string, readonly string[]> =>
  Object.fromEntries(Object.keys(options).map((name) => [name, isTexts(given) ? textsOf(given[name]) : []]))

const textsOf = (value: unknown): readonly string[] => {
  if (value === undefined) return []
  if (value === true) return ['']
  return (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === 'string')
}

const valuesOf = (
  options: Options,
  texts: Readonly<Record<string, readonly string[]>>,
  shownName: (name: string) => string,
): Values<Options> => {
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(options)) {
    try {
      values[name] = option.read(texts[name] ?? [])
    } catch (error) {
      if (isCoded(error, 'usage')) throw usage(`${shownName(name)}: ${error.message}`)
      throw error
    }
  }
  return values
}
