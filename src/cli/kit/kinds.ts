import { isHash, type Hash } from '../../feeds/index.js'
import { isAccountId, type AccountId } from '../../ledger/index.js'
import type { HostPort } from '../../node/port.js'
import type { Kind } from './option.js'
import { usage } from './option.js'

/** The kinds of value that options and arguments take. */

export const TEXT: Kind<string> = { placeholder: '<text>', parse: (text) => text }
export const FILE: Kind<string> = { placeholder: '<file>', parse: nonEmpty('a file') }
export const DIRECTORY: Kind<string> = { placeholder: '<directory>', parse: nonEmpty('a directory') }
export const NAME: Kind<string> = {
  placeholder: '<name>',
  parse: matching(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'a name'),
}

export const count = (least: number, most = Number.MAX_SAFE_INTEGER): Kind<number> => ({
  placeholder: '<count>',
  parse: (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (value >= least && value <= most) return value
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
    throw usage(`"${text}" is not a whole number ${range}`)
  },
})

/** A rate or a duration: not negative, decimals allowed. */
export const amountOf = (placeholder: string): Kind<number> => ({
  placeholder,
  parse: (text) => {
    if (/^\d+(?:\.\d+)?$/.test(text) && Number.isFinite(Number(text))) return Number(text)
    throw usage(`"${text}" is not a number of at least 0`)
  },
})

export const UNITS: Kind<bigint> = {
  placeholder: '<units>',
  parse: (text) => {
    if (/^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n) return BigInt(text)
    throw usage(`"${text}" is not an amount: whole STORE units below 2^64`)
  },
}

export const HASH: Kind<Hash> = {
  placeholder: '<hash>',
  parse: (text) => {
    if (isHash(text)) return text
    throw usage(`"${text}" is not a hash: 64 lower-case hexadecimal digits`)
  },
}

export const ACCOUNT: Kind<AccountId> = {
  placeholder: '<account>',
  parse: (text) => {
    if (isAccountId(text)) return text
    throw usage(`"${text}" is not an account: 64 lower-case hexadecimal digits`)
  },
}

export const HOST_PORT: Kind<HostPort> = {
  placeholder: '<host:port>',
  parse: (text) => {
    const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text) ?? []
    const host = bracketed ?? plain
    const port = Number(digits)
    if (host !== undefined && port <= 65_535) return { host, port }
    throw usage(`"${text}" is not an address: host:port`)
  },
}

/** As {@link HOST_PORT} reads it. */
export const hostPortText = ({ host, port }: HostPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

export const oneOf = <const T extends string>(...choices: readonly T[]): Kind<T> => ({
  placeholder: `<${choices.join('|')}>`,
  parse: (text) => chosen(choices, text),
})

/** One or more of the choices, separated by commas. */
export const someOf = <const T extends string>(
  placeholder: string,
  ...choices: readonly T[]
): Kind<readonly T[]> => ({
  placeholder,
  parse: (text) => text.split(',').map((part) => chosen(choices, part.trim())),
})

const chosen = <T extends string>(choices: readonly T[], text: string): T => {
  const choice = choices.find((candidate) => candidate === text)
  if (choice === undefined) throw usage(`"${text}" is none of ${choices.join(', ')}`)
  return choice
}

export const URL_TEXT: Kind<string> = {
  placeholder: '<url>',
  parse: (text) => {
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
    throw usage(`"${text}" is not the http:// or https:// address of a node`)
  },
}

function nonEmpty(what: string): (text: string) => string {
  return (text) => {
    if (text === '') throw usage(`the name of ${what} is empty`)
    return text
  }
}

function matching(form: RegExp, what: string): (text: string) => string {
  return (text) => {
    if (form.test(text)) return text
    throw usage(`"${text}" is not ${what}: lower-case letters, digits, dots and dashes`)
  }
}
