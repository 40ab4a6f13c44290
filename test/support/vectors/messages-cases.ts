/** Shapes shared by the vectors of all messages. */

export interface Content {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Case {
  readonly name: string
  readonly content: object
  /** As parsed, but for transaction bytes, which stand in hexadecimal. */
  readonly body: object
}

/** A name, the fields of `data` that differ from the first valid case, and the code of the refusal. */
export type Invalid = readonly [name: string, difference: Readonly<Record<string, unknown>>, code: string]

type Enveloped = Case & { readonly content: Content }

/** Adds, to the given faults, those that every enveloped message can have: a field missing, unknown or of no type. */
export const cases = (
  valid: readonly [Enveloped, ...Enveloped[]],
  invalid: readonly Invalid[],
  optional: readonly string[] = [],
) => {
  const { type, data } = valid[0].content
  const fields = Object.keys(data)
  const without = (field: string) =>
    Object.fromEntries(Object.entries(data).filter(([name]) => name !== field))
  return {
    valid: [...valid],
    invalid: [
      ...invalid.map(([name, difference, code]) => ({
        name,
        code,
        content: { type, data: { ...data, ...difference } },
      })),
      ...fields
        .filter((field) => !optional.includes(field))
        .map((field) => ({
          name: `without ${field}`,
          code: 'missing-field',
          content: { type, data: without(field) },
        })),
      ...fields.map((field) => ({
        name: `${field} of null`,
        code: 'malformed-field',
        content: { type, data: { ...data, [field]: null } },
      })),
      { name: 'a field more', code: 'unknown-field', content: { type, data: { ...data, extra: 1 } } },
      { name: 'a field beside data', code: 'unknown-field', content: { type, data, extra: 1 } },
    ],
  }
}
