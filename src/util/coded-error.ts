/**
 * The world's fault as an exception: a stable `code` for machines, a sentence for people, facts in `data`.
 * A peer's fault is a {@link ./verdict.Verdict} instead, and our own bug is an {@link ./assert.assert}.
 */
export class CodedError extends Error {
  override readonly name = 'CodedError'

  constructor(
    /** Stable kebab-case code; the table of codes stands beside its user. */
    readonly code: string,
    message: string,
    /** Facts for logs and for machines; never text taken from a peer. */
    readonly data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export const isCoded = (error: unknown, code?: string): error is CodedError =>
  error instanceof CodedError && (code === undefined || error.code === code)
