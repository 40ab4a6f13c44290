/** Why a transaction or block is refused, in a real node's code and words: peers and callers compare them. */
export interface Refusal {
  readonly code: number
  readonly reason: string
}

/** The codes of Bitcoin's reject message, and the node's own above 255. */
export const REJECT = {
  malformed: 1,
  invalid: 16,
  obsolete: 17,
  duplicate: 18,
  nonStandard: 64,
  insufficientFee: 66,
  highFee: 256,
  alreadyKnown: 257,
  conflict: 258,
} as const

export const invalid = (reason: string): Refusal => ({ code: REJECT.invalid, reason })

export const nonStandard = (reason: string): Refusal => ({ code: REJECT.nonStandard, reason })

/** As `sendrawtransaction` and `testmempoolaccept` spell it. */
export const refusalText = ({ code, reason }: Refusal): string => `${code}: ${reason}`

/** The first of the rules that refuses; the later ones are not asked any more. */
export const firstRefusal = (...rules: readonly (() => Refusal | undefined)[]): Refusal | undefined => {
  for (const rule of rules) {
    const refusal = rule()
    if (refusal) return refusal
  }
  return undefined
}

/** The first refusal among many of a kind. */
export const refusalAmong = <T>(
  items: readonly T[],
  rule: (item: T, index: number) => Refusal | undefined,
): Refusal | undefined => {
  for (const [index, item] of items.entries()) {
    const refusal = rule(item, index)
    if (refusal) return refusal
  }
  return undefined
}
