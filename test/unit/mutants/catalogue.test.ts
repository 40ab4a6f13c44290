import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CHAPTERS, MUTANTS } from '../../mutants/catalogue.js'
import { CORE } from '../../support/simulation/directed/patched-core.js'
import { replacedOnce } from '../../mutants/patched-project.js'
import { cellsOf } from '../../mutants/table.js'

/** `npm run mutants` takes minutes; what can be told of the catalogue without it is told at once. */
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url))
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8')

describe('the catalogue of mutants', () => {
  it.each(MUTANTS)('fits the sources: $clause: $without', ({ patches, caught }) => {
    const sources = new Map<string, string>()
    for (const { file, text, replacement } of patches) {
      const source = sources.get(file) ?? read(join('src', file))
      const changed = replacedOnce(file, source, text, replacement)
      expect(changed).not.toBe(source)
      sources.set(file, changed)
    }
    expect(existsSync(join(PROJECT, 'test/unit', caught.file))).toBe(true)
  })

  it.each(MUTANTS)('says whether the simulator runs it: $clause: $without', ({ patches, simulated }) => {
    const isCore = patches.every(({ file }) => CORE.some((folder) => file.startsWith(`${folder}/`)))
    expect(simulated !== 'outside').toBe(isCore)
  })

  it('has no two entries of one name', () => {
    const names = CHAPTERS.flatMap(({ title, mutants }) =>
      mutants.map(({ clause, without }) => `${title}: ${clause}: ${without}`),
    )
    expect(new Set(names).size).toBe(names.length)
  })

  it('stands in docs/reliability.md, row by row', () => {
    const rows = read('docs/reliability.md')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim())
          .join(' | '),
      )
    const missing = MUTANTS.map((mutant) => cellsOf(mutant).join(' | ')).filter((row) => !rows.includes(row))
    expect(missing).toEqual([])
  })
})
