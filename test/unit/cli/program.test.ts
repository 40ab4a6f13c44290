import { describe, expect, it } from 'vitest'

import {
  command,
  count,
  flag,
  many,
  optional,
  parse,
  required,
  run,
  TEXT,
  withDefault,
  type Command,
  type Streams,
} from '../../../src/cli/kit/index.js'
import { CodedError } from '../../../src/util/index.js'

const about = { name: 'blockfin', version: '1.2.3', description: 'A ledger.', epilogue: 'The end.' }

const seen: unknown[] = []
const table: readonly Command[] = [
  command({
    name: 'brew',
    summary: 'make tea',
    details: 'Takes its time.',
    arguments: { pot: required(TEXT, 'which pot'), guests: many(TEXT, 'for whom') },
    options: {
      cupCount: withDefault(count(1, 9), '4', 'cups'),
      sugar: optional(TEXT, 'kind of sugar'),
      milk: flag('with milk'),
      leaf: many(TEXT, 'a leaf'),
    },
    examples: ['blockfin brew red --cup-count 2'],
    async run(given) {
      seen.push(given)
      return { json: { given, big: 12n ** 20n }, text: `tea in ${given.pot}` }
    },
  }),
  command({
    name: 'tea pour',
    summary: 'pour it',
    arguments: {},
    options: { from: required(TEXT, 'which pot') },
    examples: [],
    async run({ from }) {
      if (from === 'broken') throw new CodedError('pot-broken', 'the pot\n  is broken.')
      if (from === 'bug') throw new Error('our own mistake')
      return { json: from, text: from, ...(from === 'seven' ? { exitCode: 7 } : {}) }
    },
  }),
]

const call = async (...words: string[]) => {
  const said = { out: '', err: '' }
  const streams: Streams = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    interactive: false,
  }
  return { code: await run(about, table, words, streams, new AbortController().signal), ...said }
}

describe('the program made from the table', () => {
  it('reads options by their names in the table, with defaults', async () => {
    await call('brew', 'red', 'ann', 'bob', '--cup-count', '2', '--milk', '--leaf', 'a', '--leaf', 'b')
    await call('brew', 'red')
    expect(seen.splice(0)).toEqual([
      { pot: 'red', guests: ['ann', 'bob'], cupCount: 2, sugar: undefined, milk: true, leaf: ['a', 'b'] },
      { pot: 'red', guests: [], cupCount: 4, sugar: undefined, milk: false, leaf: [] },
    ])
  })

  it('prints text, or JSON with amounts as decimal text', async () => {
    expect(await call('brew', 'red')).toMatchObject({ code: 0, out: 'tea in red\n', err: '' })
    const { out } = await call('brew', 'red', '--json')
    expect(JSON.parse(out)).toMatchObject({ given: { pot: 'red' }, big: (12n ** 20n).toString() })
  })

  it.each([
    [['brew'], /missing required argument 'pot'/],
    [['brew', 'red', '--cup-count', 'x'], /--cup-count: "x" is not a whole number from 1 to 9/],
    [['brew', 'red', '--cup-count', '10'], /--cup-count: "10" is not a whole number/],
    [['brew', 'red', '--cup-count'], /argument missing/],
    [['brew', 'red', '--lemon'], /unknown option '--lemon'/],
    [['tea', 'pour'], /required option '--from <text>' not specified/],
    [['tea', 'pour', 'this', '--from', 'red'], /too many arguments/],
    [['tea', 'stir'], /unknown command 'stir'/],
    [['tea'], /a command is missing/],
    [['coffee'], /unknown command 'coffee'/],
    [[], /a command is missing/],
  ])('refuses %j in one line', async (words, sentence) => {
    const { code, out, err } = await call(...words)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^blockfin: .* \(usage\)\n$/)
    expect(err).toMatch(sentence)
  })

  it('shows an expected error in one line with its code, and a bug with its stack', async () => {
    expect(await call('tea', 'pour', '--from', 'broken')).toEqual({
      code: 1,
      out: '',
      err: 'blockfin: the pot is broken (pot-broken)\n',
    })
    const bug = await call('tea', 'pour', '--from', 'bug')
    expect(bug.code).toBe(70)
    expect(bug.err).toMatch(/our own mistake\n.*program\.test/)
  })

  it('exits as the outcome says', async () => {
    expect((await call('tea', 'pour', '--from', 'seven')).code).toBe(7)
  })

  it('shows help with defaults and examples, and the version', async () => {
    const help = await call('brew', '--help')
    expect(help.code).toBe(0)
    for (const part of [
      '--cup-count <count>',
      '(default: 4)',
      '$ blockfin brew red --cup-count 2',
      '--json',
      'Takes its time.',
    ]) {
      expect(help.out).toContain(part)
    }
    expect((await call('--help')).out).toMatch(/make tea[\s\S]*tea +pour[\s\S]*The end\./)
    expect((await call('--version')).out).toBe('1.2.3\n')
  })

  it('keeps the outcome of one parse out of the next', () => {
    expect(parse(about, table, ['brew', 'red'])).toHaveProperty('invocation')
    expect(parse(about, table, ['--version'])).not.toHaveProperty('invocation')
  })
})
