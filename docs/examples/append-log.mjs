import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { TextDecoder } from 'node:util'

/**
 * A whole application in the place of the STORE ledger: an append-only log of texts, each accepted once. A node runs
 * it if its node.json says `"application": "append-log.mjs"`; every node of the network must run the same one.
 *
 * States are values: `execute` returns a new one and leaves the old as it is, since proposals are tried and dropped.
 * Nothing here may depend on a clock, on chance or on anything outside the arguments.
 */

const EXECUTED = 0
const NOT_TEXT = 1
const DUPLICATE = 2

const CODES = {
  [EXECUTED]: { name: 'executed', sentence: 'The text was appended.' },
  [NOT_TEXT]: { name: 'not-text', sentence: 'A transaction is a UTF-8 text of at most 1000 bytes.' },
  [DUPLICATE]: { name: 'duplicate', sentence: 'The text was appended before.' },
}

const decoder = new TextDecoder('utf-8', { fatal: true })

const textOf = (bytes) => {
  try {
    return bytes.length > 1000 ? null : decoder.decode(bytes)
  } catch {
    return null
  }
}

const codeOf = (texts, bytes) => {
  const text = textOf(bytes)
  if (text === null) return NOT_TEXT
  return texts.includes(text) ? DUPLICATE : EXECUTED
}

export default () => ({
  name: 'append-log',
  genesis: () => [],
  check: (texts, transaction) => codeOf(texts, transaction),
  execute(before, transactions) {
    const texts = [...before]
    const codes = transactions.map((transaction) => {
      const code = codeOf(texts, transaction)
      if (code === EXECUTED) texts.push(textOf(transaction))
      return code
    })
    return { state: texts, codes: Uint8Array.from(codes) }
  },
  root: (texts) => createHash('sha256').update(JSON.stringify(texts)).digest('hex'),
  describe: (code) => CODES[code] ?? { name: 'unknown-code', sentence: 'This application has no such code.' },
  snapshot: (texts) => Buffer.from(JSON.stringify(texts)),
  restore: (_network, snapshot) => JSON.parse(Buffer.from(snapshot).toString()),
  // The HTTP API asks for accounts only, and there are none.
  query: () => null,
})
