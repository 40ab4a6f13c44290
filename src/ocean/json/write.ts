import { isArray, isNumber, type Json } from './value.js'

/** A value as a real node writes it: no spaces, members in their order, text other than ASCII as it is. */
export const writeJson = (value: Json): string => {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return writeText(value)
  if (isNumber(value)) return value.text
  if (isArray(value)) return `[${value.map(writeJson).join(',')}]`
  const members = Object.entries(value).map(([name, member]) => `${writeText(name)}:${writeJson(member)}`)
  return `{${members.join(',')}}`
}

/** As `ocean-cli` prints it for a person: two spaces a level, and a space before and after nothing but the colon. */
export const writePretty = (value: Json, indent = ''): string => {
  const inner = `${indent}  `
  if (isArray(value)) {
    return bracketed(
      '[',
      value.map((member) => inner + writePretty(member, inner)),
      `${indent}]`,
    )
  }
  if (value === null || typeof value !== 'object' || isNumber(value)) return writeJson(value)
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${writeText(name)}: ${writePretty(member, inner)}`,
  )
  return bracketed('{', members, `${indent}}`)
}

const bracketed = (open: string, lines: readonly string[], close: string): string =>
  lines.length === 0 ? `${open}\n${close}` : `${open}\n${lines.join(',\n')}\n${close}`

/** JSON.stringify, but for DEL, which a real node escapes too. */
const writeText = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f')
