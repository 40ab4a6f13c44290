import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { reportPage } from '../../../src/report/index.js'
import { madeFindings, madeReport } from '../../support/audit/index.js'

const SMALL = { validators: 4, messagenodes: 3, heights: 30 }
const HOSTILE = `</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"' onload="x\u202e\u0000&amp;`

const sha256 = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`
const tagsIn = (page: string): ReadonlySet<string> =>
  new Set([...page.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name?.toLowerCase() ?? ''))

describe('the page of a report', () => {
  it('has a drawing of every kind, with titles and axes', () => {
    const page = reportPage(madeReport(SMALL))
    const labels = [...page.matchAll(/role="img"[^>]*aria-label="([^"]*)"/g)].map(([, label]) => label)
    for (const start of [
      'Stacked bars',
      'Heat map: seal',
      'Lines: cumulative',
      'Strips: lag',
      'Bars: turns',
      'Rates',
    ]) {
      expect(labels.some((label) => label?.startsWith(start))).toBe(true)
    }
    expect(page).toContain('height of the block')
    expect(page).toContain('share of blocks')
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/)
  })

  it.each([
    ['nothing', { ...SMALL, heights: 0 }],
    ['one block', { ...SMALL, heights: 1 }],
    ['thousands of blocks of fifty validators', { validators: 50, messagenodes: 16, heights: 5000 }],
  ])('can be drawn of %s', (_of, making) => {
    const page = reportPage(madeReport(making))
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/)
    expect(page.length).toBeLessThan(3_000_000)
    expect(page.includes('No height was executed')).toBe(making.heights === 0)
  })

  it('lets no name or fact become anything but text', () => {
    const plain = reportPage(madeReport({ ...SMALL, findings: madeFindings('plain') }))
    const page = reportPage(madeReport({ ...SMALL, names: HOSTILE, findings: madeFindings(HOSTILE) }))
    expect([...tagsIn(page)].sort()).toEqual([...tagsIn(plain)].sort())
    expect(page.match(/<script/g)).toHaveLength(1)
    for (const character of ['\u0000', '\u202e']) expect(page).not.toContain(character)
    // Nothing breaks out of an attribute: every tag has the attributes that it has with plain names.
    const attributes = (text: string): string =>
      [...new Set([...text.matchAll(/ ([a-z-]+)="/g)].map(([, name]) => name))].sort().join(' ')
    expect(attributes(page)).toBe(attributes(plain))
  })

  it('allows its own style and script and nothing else, and names nothing outside itself', () => {
    const page = reportPage(madeReport(SMALL))
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1] ?? ''
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? ''
    const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? ''
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src '${sha256(style)}'; script-src '${sha256(script)}'; base-uri 'none'; form-action 'none'`,
    )
    expect(page).not.toMatch(/https?:|\ssrc=|\sstyle=|@import|url\(|\son[a-z]+=/)
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target]) => target?.startsWith('#'))).toBe(true)
  })

  it('is the same for the same report', () => {
    expect(reportPage(madeReport(SMALL))).toBe(reportPage(madeReport(SMALL)))
  })

  it('marks findings by grade, and says when there are none', () => {
    const page = reportPage(madeReport({ ...SMALL, findings: madeFindings('somebody') }))
    for (const grade of ['proof', 'evident', 'not-attributable'])
      expect(page).toContain(`class="grade ${grade}"`)
    expect(page).toContain('Not clean. Findings: 1 proved, 1 evident.')
    expect(reportPage(madeReport(SMALL))).toContain('Clean: nothing is proved')
  })
})
