/** A worked example in a page: a comment with its name, and the block of text behind it. */
const EXAMPLE = /(<!-- example: ([a-z-]+) -->\n\n```[a-z]*\n)([^`]*?)(\n?```)/g

export const examplesIn = (page: string): ReadonlyMap<string, string> =>
  new Map([...page.matchAll(EXAMPLE)].map(([, , name = '', text = '']) => [name, text]))

/** The page with each example as it is computed. */
export const replaceExamples = (page: string, examples: Readonly<Record<string, string>>): string =>
  page.replaceAll(EXAMPLE, (_all, before: string, name: string, text: string) =>
    [before, examples[name] ?? text, '\n```'].join(''),
  )

/** Hexadecimal and base64 of at least 20 bytes in blocks of text: what nobody could notice to be wrong. */
export const bytesIn = (page: string): readonly string[] =>
  [...page.matchAll(/```[a-z]*\n([^`]*)\n```/g)].flatMap(([, text = '']) =>
    [...text.matchAll(/[0-9a-f]{40,}|[A-Za-z0-9+/]{40,}={0,2}/g)].map(([bytes]) => bytes),
  )
