import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { ARCHIVE_EXAMPLES } from '../../support/pages/archive-examples.js'
import { examplesIn } from '../../support/pages/page.js'

const page = readFileSync(new URL('../../../docs/archive-format.md', import.meta.url), 'utf8')

describe('the worked examples of docs/archive-format.md', () => {
  it.each(Object.entries(ARCHIVE_EXAMPLES))(
    '%s is what stands in the archive of the vectors',
    (name, text) => {
      expect(examplesIn(page).get(name)).toBe(text)
    },
  )

  it('are all computed', () => {
    expect([...examplesIn(page).keys()].sort()).toEqual(Object.keys(ARCHIVE_EXAMPLES).sort())
  })
})
