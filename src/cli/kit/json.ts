/** Amounts exceed 2^53, so they are written as decimal text, as everywhere in the project's JSON. */
export const toJson = (value: unknown, indent?: number): string =>
  JSON.stringify(
    value,
    (_key, entry: unknown) => (typeof entry === 'bigint' ? entry.toString() : entry),
    indent,
  )
