import { describe, expect, it, onTestFinished } from 'vitest'

import type { PrintedMessage } from '../../../src/audit/index.js'
import { classicText, messageKeyOfValue } from '../../../src/feeds/index.js'
import { Screening } from '../../../src/node/screening/index.js'
import { LongChain } from '../../support/audit/index.js'

const chain = new LongChain()
const { network } = chain
const values = [...chain.next(), ...chain.next()].map(({ value }) => value)

const printed = (...changed: readonly number[]): readonly PrintedMessage[] =>
  values.map((value, index) => {
    const message = changed.includes(index) ? { ...value, timestamp: value.timestamp + 1 } : value
    return { value: message, text: classicText(message) }
  })

const screeningOf = (): Screening => {
  const screening = new Screening({ network, jobs: 1 })
  onTestFinished(() => screening.close())
  return screening
}

describe('screening', () => {
  it('tells what is not signed', async () => {
    const screening = screeningOf()
    const batches = [printed(), printed(3), printed(0, 33), []]
    const answers = await Promise.all(batches.map((batch) => screening.check(batch)))
    const bad = answers.map((signed) => [...signed].flatMap((each, index) => (each === 1 ? [] : [index])))
    expect(bad).toEqual([[], [3], [0, 33], []])
    expect(new Set(values.map(messageKeyOfValue)).size).toBe(values.length)
  })
})
