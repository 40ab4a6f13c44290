import type { Static, TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { CodedError } from '../../util/index.js'
import type { Body } from '../message.js'

/** One message type: its schema, and the two ways between content and body. */
export interface Codec<B extends Body> {
  /** @throws CodedError with the code of the first fault found. */
  decode(content: unknown): B
  encode(body: B): object
}

/**
 * `codec(schema)(decode, encode)`; two calls, so that both functions are checked against the schema's own type.
 * `decode` sees only what the schema accepted, and may still refuse packed fields with a CodedError.
 */
export const codec = <S extends TObject>(schema: S) => {
  const validator = Compile(schema)
  const accepts = (content: unknown): content is Static<S> => validator.Check(content)

  return <B extends Body>(decode: (content: Static<S>) => B, encode: (body: B) => Static<S>): Codec<B> => ({
    encode,
    decode(content) {
      if (accepts(content)) return decode(content)
      const fault = validator.Errors(content)[0]
      const code = FAULT_CODES[fault?.keyword ?? ''] ?? 'malformed-field'
      throw new CodedError(code, 'content breaks its schema', { field: fault?.instancePath })
    },
  })
}

/** Schema keyword to code of the verdict; the rest, such as a wrong type or pattern, is `malformed-field`. */
const FAULT_CODES: Readonly<Record<string, string>> = {
  required: 'missing-field',
  boolean: 'unknown-field',
  additionalProperties: 'unknown-field',
  minimum: 'number-out-of-range',
  maximum: 'number-out-of-range',
  minItems: 'list-length',
  maxItems: 'list-length',
}
