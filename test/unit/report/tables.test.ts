import { describe, expect, it } from 'vitest'
import { reportTables } from '../../../src/report/index.js'
import { madeFindings, madeReport } from '../../support/audit/index.js'

describe('the tables of a report', () => {
  const findings = madeFindings('a "name", quoted')
  const tables = reportTables(madeReport({ validators: 4, messagenodes: 3, heights: 5, findings }))
  const rowsOf = (name: string) => {
    const table = tables.find((each) => each.name === name)
    return table?.rows.map((row) =>
      Object.fromEntries(table.columns.map((column, index) => [column, row[index]])),
    )
  }

  it('are rectangles of one name each', () => {
    expect(new Set(tables.map(({ name }) => name)).size).toBe(tables.length)
    for (const { columns, rows } of tables) {
      expect(new Set(columns).size).toBe(columns.length)
      for (const row of rows) expect(row).toHaveLength(columns.length)
    }
  })

  it('hold every number under its name', () => {
    expect(rowsOf('votes')?.[3]).toEqual({
      ...{ validator: 'validator-2', stage: 'precommit', given: 4, missed: 1, late: 0, worstLate: 0 },
    })
    expect(rowsOf('participation')).toHaveLength(5 * 4 * 3)
    expect(rowsOf('stages')?.map(({ stage }) => stage)).toContain('decision')
    expect(rowsOf('assembly')?.[1]).toMatchObject({
      messagenode: 'messagenode-2',
      turns: 1,
      decided: 0,
      lost: 1,
    })
    expect(rowsOf('pipeline')?.[0]).toMatchObject({ clock: 'timestamps', source: null, firstHeight: 1 })
    expect(rowsOf('findings')?.[0]).toMatchObject({ grade: 'proof', culprits: 'a "name", quoted', height: 1 })
  })
})
