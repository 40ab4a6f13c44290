import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reportPage } from '../../src/report/index.js'
import { madeFindings, madeReport } from '../support/audit/index.js'
import { browserCommand, photographPage, showPage } from '../support/browser.js'
import { temporaryDirectory } from '../support/temporary.js'

const browser = browserCommand()
if (browser === undefined) console.warn('report-page: skipped, there is no chromium to open the page in')

const HOSTILE = `"><img src=x onerror=console.error(1)><script>console.error(2)</script>`
const MAKING = { validators: 10, messagenodes: 3, heights: 400 }

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0

describe.skipIf(browser === undefined)('the report in a real browser without a network', () => {
  const command = browser ?? ''
  it('has every drawing, and its script ran, and nothing else, whatever members are called', async () => {
    const shown = await showPage(
      command,
      reportPage(madeReport({ ...MAKING, findings: madeFindings(HOSTILE) })),
    )
    expect(count(shown.dom, /<svg [^>]*role="img"/g)).toBeGreaterThanOrEqual(14)
    expect(count(shown.dom, /class="cell /g)).toBeGreaterThan(100)
    expect(count(shown.dom, /class="line stage-/g)).toBe(14)
    for (const text of ['Block pipeline', 'height of the block', 'share of blocks', 'validator-10'])
      expect(shown.dom).toContain(text)
    expect(count(shown.dom, /<div class="tip"/g)).toBe(1)
    expect(count(shown.dom, /data-tip="/g)).toBeGreaterThan(300)
    expect(shown.console).toEqual([])
    expect(shown.dom).not.toMatch(/<img|<script>console/)
  })

  it('would have said so of a script that is not its own, and of its style', async () => {
    const page = reportPage(madeReport(MAKING))
    const foreign = await showPage(command, page.replace('</main>', '<script>let x</script></main>'))
    expect(foreign.console.join()).toContain('Content Security Policy')
    const restyled = await showPage(command, page.replace('<style>', '<style> '))
    expect(restyled.console.join()).toContain('Content Security Policy')
  })

  it.each([
    ['wide and light', 1200, 1000, false],
    ['narrow and dark', 500, 900, true],
  ])('can be photographed %s', async (_how, width, height, dark) => {
    const picture = join(await temporaryDirectory(), 'page.png')
    await photographPage(command, reportPage(madeReport(MAKING)), picture, { width, height }, dark)
    const png = await readFile(picture)
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height])
    // A page of one colour takes some thousand bytes.
    expect(png.length).toBeGreaterThan(20_000)
  })
})
