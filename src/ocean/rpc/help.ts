import { type Command, COMMANDS, SECTIONS } from './commands/index.js'

/** One line for a command, as lists of commands show it. */
export const usageOf = ({ name, usage }: Command): string => (usage === '' ? name : `${name} ${usage}`)

/** What is known of one command: its usage, what it does, the names of its parameters. */
export const helpOf = (command: Command): string => {
  const names = command.named.map((name, index) => `${index + 1}. ${name}`)
  return [
    usageOf(command),
    '',
    command.about,
    ...(names.length === 0 ? [] : ['', 'Named parameters:', ...names]),
    '',
    'Example:',
    `> blockfin ocean cli ${usageOf(command)}`,
    '',
  ].join('\n')
}

/** All commands that are answered, under the headings of a real node. */
export const helpList = (isAnswered: (name: string) => boolean): string =>
  SECTIONS.map(({ title, commands }) => ({
    title,
    lines: commands.filter(({ name }) => isAnswered(name)).map(usageOf),
  }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => [`== ${title} ==`, ...lines].join('\n'))
    .join('\n\n')

export const helpText = (name: string, isAnswered: (name: string) => boolean): string => {
  if (name === '') return helpList(isAnswered)
  const command = COMMANDS.get(name)
  return command && isAnswered(name) ? helpOf(command) : `help: unknown command: ${name}`
}
