import { describe, expect, it } from 'vitest'

import { commands } from '../../../src/cli/commands/index.js'
import { kebabCase } from '../../../src/cli/kit/index.js'

const table = commands({
  entry: 'unused',
  startNode: () => Promise.reject(new Error('no node is started here')),
})

describe('the table of commands', () => {
  it('names every command once', () => {
    const names = table.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(table.map((row) => [row.name, row] as const))('%s describes itself', (_name, row) => {
    expect(row.summary).not.toBe('')
    for (const option of [...Object.values(row.arguments), ...Object.values(row.options)]) {
      expect(option.describe).not.toBe('')
    }
    expect(row.examples.length).toBeGreaterThan(0)
  })

  it.each(table.flatMap((row) => row.examples.map((example) => [example, row] as const)))(
    '%s uses options that exist',
    (example, row) => {
      expect(example.startsWith(`blockfin ${row.name}`)).toBe(true)
      const known = ['--json', ...Object.keys(row.options).map((name) => `--${kebabCase(name)}`)]
      for (const word of example.split(' ').filter((each) => each.startsWith('--')))
        expect(known).toContain(word)
      const used = new Set(example.split(' '))
      for (const [name, option] of Object.entries(row.options)) {
        if (option.presence === 'required') expect([...used]).toContain(`--${kebabCase(name)}`)
      }
    },
  )

  it('reads its own defaults', () => {
    for (const row of table) {
      for (const option of Object.values(row.options)) {
        if (option.presence === 'default') expect(() => option.read([])).not.toThrow()
      }
    }
  })
})
