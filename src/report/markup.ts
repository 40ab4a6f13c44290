/** Text that is HTML already. Nothing else gets into a page without being escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Insert = Markup | string | number | null | undefined | readonly Insert[]

/** Whatever is put between the fixed parts is escaped, for text and for quoted attributes, unless it is {@link Markup}. */
export const html = (parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup =>
  new Markup(
    parts.map((part, index) => part + (index < inserts.length ? shown(inserts[index]) : '')).join(''),
  )

const shown = (insert: Insert): string => {
  if (insert === null || insert === undefined) return ''
  if (insert instanceof Markup) return insert.text
  if (typeof insert === 'object') return insert.map(shown).join('')
  return escaped(String(insert))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Characters that no page may hold, such as NUL, and marks that turn the direction of text, are shown as one box. */
const escaped = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
