import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

/**
 * The smallest application with a rule that only order decides: transactions are texts of digits, added to a sum that
 * must not exceed 100. Plain JavaScript, since nodes load it as their configuration names it.
 */
const LIMIT = 100
const EXECUTED = 0
const MALFORMED = 200
const OVER_LIMIT = 201

const DESCRIPTIONS = {
  [EXECUTED]: { name: 'executed', sentence: 'The number was added.' },
  [MALFORMED]: { name: 'no-number', sentence: 'A transaction is one to three digits.' },
  [OVER_LIMIT]: { name: 'over-limit', sentence: `The sum would exceed ${LIMIT}.` },
}

const next = (sum, transaction) => {
  const text = Buffer.from(transaction).toString('latin1')
  if (!/^\d{1,3}$/.test(text)) return { sum, code: MALFORMED }
  return sum + Number(text) > LIMIT ? { sum, code: OVER_LIMIT } : { sum: sum + Number(text), code: EXECUTED }
}

export default () => ({
  name: 'test-counter',
  genesis: () => 0,
  check: (sum, transaction) => next(sum, transaction).code,
  execute(before, transactions) {
    let sum = before
    const codes = transactions.map((transaction) => {
      const after = next(sum, transaction)
      sum = after.sum
      return after.code
    })
    return { state: sum, codes: Uint8Array.from(codes) }
  },
  root: (sum) => createHash('sha256').update(String(sum)).digest('hex'),
  describe: (code) => DESCRIPTIONS[code] ?? { name: 'unknown', sentence: 'No such code.' },
  snapshot: (sum) => Buffer.from(String(sum)),
  restore: (_network, snapshot) => Number(Buffer.from(snapshot).toString()),
  query: () => null,
})
