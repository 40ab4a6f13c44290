import { CodedError } from '../../util/index.js'

/**
 * Options and arguments as values: what a command says of them here is parsed, typed and shown in its help, so
 * that none of the three can drift from the others.
 */

/** How one text becomes a value. */
export interface Kind<T> {
  /** As help shows it, such as `<count>`. */
  readonly placeholder: string
  /** @throws CodedError `usage` */
  readonly parse: (text: string) => T
}

export type Presence = 'required' | 'optional' | 'default' | 'flag' | 'many' | 'several'

export interface Option<T> {
  readonly presence: Presence
  readonly placeholder: string
  readonly describe: string
  /** How help shows the default, if there is one. */
  readonly shownDefault: string | null
  /** All texts that were given for it, none if it is missing. */
  readonly read: (texts: readonly string[]) => T
}

/** Values by the names that options have in the table. */
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never }
export type Options = Readonly<Record<string, Option<unknown>>>

export const required = <T>(kind: Kind<T>, describe: string): Option<T> => ({
  ...shown(kind, 'required', describe),
  read: ([text]) => {
    if (text === undefined) throw usage(`${kind.placeholder} is missing`)
    return kind.parse(text)
  },
})

export const optional = <T>(kind: Kind<T>, describe: string): Option<T | undefined> => ({
  ...shown(kind, 'optional', describe),
  read: (texts) => (texts.length === 0 ? undefined : kind.parse(last(texts))),
})

export const withDefault = <T>(kind: Kind<T>, fallback: string, describe: string): Option<T> => ({
  ...shown(kind, 'default', describe),
  shownDefault: fallback,
  read: (texts) => kind.parse(texts.length === 0 ? fallback : last(texts)),
})

/** May be given again and again; at least `least` times, which makes it `several`. */
export const many = <T>(kind: Kind<T>, describe: string, least = 0): Option<readonly T[]> => ({
  ...shown(kind, least > 0 ? 'several' : 'many', describe),
  read: (texts) => {
    if (texts.length < least) throw usage(`${kind.placeholder} is missing`)
    return texts.map((text) => kind.parse(text))
  },
})

export const flag = (describe: string): Option<boolean> => ({
  presence: 'flag',
  placeholder: '',
  describe,
  shownDefault: null,
  read: (texts) => texts.length > 0,
})

const shown = <T>({ placeholder }: Kind<T>, presence: Presence, describe: string) => ({
  presence,
  placeholder,
  describe,
  shownDefault: null,
})

const last = (texts: readonly string[]): string => texts.at(-1) ?? ''

/** Every mistake on the command line. */
export const usage = (sentence: string): CodedError => new CodedError('usage', sentence)

/** `blocksAhead` is written `--blocks-ahead`. */
export const kebabCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
