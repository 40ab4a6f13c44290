/**
 * What the rules say of a peer's message. A refusal always leaves a verdict, so that an operator sees it at
 * once and the auditor can recompute it.
 */
export type Verdict = Accept | Refusal

export interface Accept {
  readonly verdict: 'accept'
}

/** `ignore`: nothing wrong, or not provably so. `reject`: the message breaks a rule and convicts its author. */
export interface Refusal {
  readonly verdict: 'ignore' | 'reject'
  /** Stable kebab-case code. */
  readonly code: string
  readonly facts: Readonly<Record<string, unknown>>
}

export const ACCEPT: Accept = { verdict: 'accept' }

export const ignore = (code: string, facts: Refusal['facts'] = {}): Refusal => ({
  verdict: 'ignore',
  code,
  facts,
})

export const reject = (code: string, facts: Refusal['facts'] = {}): Refusal => ({
  verdict: 'reject',
  code,
  facts,
})
