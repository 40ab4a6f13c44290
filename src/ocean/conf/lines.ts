import { CodedError } from '../../util/index.js'

/** The options of a file or a command line, as text. */
export interface Settings {
  /** The last word on an option, or undefined: the first line of a file counts, and the command line before it. */
  one(name: string): string | undefined
  /** All that was given for an option that may be given again. */
  all(name: string): readonly string[]
  readonly names: readonly string[]
}

export type Setting = readonly [name: string, value: string]

/**
 * As a real node reads its file: everything from `#` on is a comment, `[section]` puts its name and a dot before the
 * options that follow, `noX=1` is `X=0`. Errors name lines by number, since a line may hold a password.
 * @throws CodedError `ocean-conf-malformed`
 */
export const parseConf = (text: string): readonly Setting[] => {
  const settings: Setting[] = []
  let section = ''
  text.split('\n').forEach((line, index) => {
    const content = line.replace(/#.*$/s, '').trim()
    if (content === '') return
    const [, named] = /^\[(.*)\]$/.exec(content) ?? []
    if (named !== undefined) {
      section = `${named}.`
      return
    }
    const equals = content.indexOf('=')
    if (equals < 1) throw malformed(index + 1)
    settings.push(positive(section + content.slice(0, equals).trim(), content.slice(equals + 1).trim()))
  })
  return settings
}

/** Overrides come first, since of two settings the first one counts. */
export const settingsOf = (...sources: readonly (readonly Setting[])[]): Settings => {
  const values = new Map<string, string[]>()
  for (const [name, value] of sources.flat()) values.set(name, [...(values.get(name) ?? []), value])
  return {
    one: (name) => values.get(name)?.[0],
    all: (name) => values.get(name) ?? [],
    names: [...values.keys()],
  }
}

/** `name=value` or `name`, as a command line gives it. Of two the last one counts there, so they are turned round. */
export const parseOverrides = (words: readonly string[]): readonly Setting[] =>
  words
    .map((word): Setting => {
      const [, name = word, value = ''] = /^-{0,2}([^=]+)=(.*)$/s.exec(word) ?? []
      return positive(name.replace(/^-+/, ''), value)
    })
    .toReversed()

/** What a real node takes for yes: nothing at all, or a number other than 0. */
export const isYes = (value: string): boolean =>
  value === '' || Number.parseInt(value, 10) > 0 || /^-\d*[1-9]/.test(value)

const positive = (name: string, value: string): Setting => {
  const [, base] = /^no(.+)$/.exec(name) ?? []
  return base === undefined ? [name, value] : [base, isYes(value) ? '0' : '1']
}

const malformed = (line: number): CodedError =>
  new CodedError('ocean-conf-malformed', `line ${line} of the configuration is no option=value`, { line })
