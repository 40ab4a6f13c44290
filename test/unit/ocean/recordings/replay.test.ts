import { describe, expect, it } from 'vitest'

import { integer, isObject } from '../../../../src/ocean/json/index.js'
import { COMMANDS } from '../../../../src/ocean/rpc/index.js'
import { methodNotFound, recordedCalls, replay, replayLine } from '../../../support/ocean/index.js'

const FILE = '01-block-signing'
const calls = recordedCalls(FILE)
const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)

describe('replay of recordings', () => {
  it('finds every call of a file the same where it is answered as recorded', async () => {
    const replayed = await replay(FILE, async ({ outcome }) => outcome)
    expect(replayed).toMatchObject({ matched: calls.length, different: [] })
  })

  it('counts what nobody answers as not covered, and the refusals that are recorded as matched', async () => {
    const { matched, different, notCovered } = await replay(FILE, async () => methodNotFound)
    expect({ matched, different }).toEqual({ matched: 0, different: expect.any(Array) as unknown[] })
    expect(matched + different.length + sum(notCovered.values())).toBe(calls.length)
    expect([...notCovered.keys()].filter((method) => !COMMANDS.has(method)).sort()).toEqual([
      'getblocktemplate',
      'getchaintips',
      'getmininginfo',
    ])
  })

  it('tells one digit, one word and one kind of outcome apart', async () => {
    const wrong = await replay(FILE, async ({ method, outcome }) => {
      if (method === 'getblockcount') return { result: integer(999) }
      if ('code' in outcome) return { ...outcome, message: `${outcome.message}!\n` }
      return outcome
    })
    const count = calls.filter(
      ({ method, outcome }) => method === 'getblockcount' || 'code' in outcome,
    ).length
    const usageErrors = calls.filter(
      ({ outcome }) => 'message' in outcome && outcome.message.includes('\n'),
    ).length
    expect(usageErrors).toBeGreaterThan(0)
    expect(wrong.different).toHaveLength(count - usageErrors)
    expect(replayLine(wrong)).toBe(
      `${FILE}: ${calls.length - count + usageErrors} matched, 0 alike, ${count - usageErrors} different, 0 not covered`,
    )
  })

  it('counts apart what is the same but for a block that was not recorded', async () => {
    const other = (name: string) =>
      replay('03-asset-issuance', async ({ method, outcome }) =>
        method === 'gettxout' && 'result' in outcome && isObject(outcome.result)
          ? { result: { ...outcome.result, [name]: 'another' } }
          : outcome,
      )
    const shown = recordedCalls('03-asset-issuance').filter(({ method }) => method === 'gettxout').length
    expect(await other('bestblock')).toMatchObject({ alike: shown, different: [] })
    expect((await other('value')).different).toHaveLength(shown)
  })
})
