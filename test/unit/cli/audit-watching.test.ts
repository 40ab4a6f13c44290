import { describe, expect, it } from 'vitest'

import { LongDirectory } from '../../support/audit/index.js'
import { commandLine } from '../../support/command-line.js'
import { temporaryDirectory } from '../../support/temporary.js'

const linesIn = (out: string) =>
  out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { height?: number; clean?: boolean; finding?: { code: string } })

describe('blockfin audit --watch', () => {
  it('reports each height that comes, and a misdeed when it comes, until it is stopped', async () => {
    const directory = await LongDirectory.create(await temporaryDirectory())
    const [first] = await directory.block()
    if (!first) throw new RangeError('a block has messages')
    await directory.finish()
    const stop = new AbortController()
    let step = 0
    const { code, out } = await commandLine(['audit', directory.root, '--watch', '--jobs', '1', '--json'], {
      stop: stop.signal,
      onOut: (said) => {
        const last = linesIn(said).at(-1)
        if (step === 0 && last?.height === 1) {
          step = 1
          void directory.append(directory.chain.next())
        } else if (step === 1 && last?.height === 2) {
          step = 2
          void directory.append([directory.chain.rivalOf(first)])
        } else if (step === 2 && last?.clean === false) stop.abort()
      },
    })
    expect(code).toBe(1)
    const lines = linesIn(out)
    expect(lines.flatMap(({ height, clean }) => (height === undefined ? [] : [[height, clean]]))).toEqual([
      [1, true],
      [2, true],
      [2, false],
    ])
    expect(lines.flatMap(({ finding }) => (finding ? [finding.code] : []))).toEqual(['feed-fork'])
  })

  it('ends as its signal says if it is stopped before it has read anything', async () => {
    const directory = await (await LongDirectory.create(await temporaryDirectory())).blocks(17)
    await directory.finish()
    const words = ['audit', directory.root, '--watch', '--jobs', '1']
    const { code, out } = await commandLine(words, { stop: AbortSignal.abort() })
    expect({ code, out }).toEqual({ code: 0, out: '' })
  })
})
