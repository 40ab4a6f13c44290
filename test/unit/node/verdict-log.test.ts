import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VerdictLog } from '../../../src/node/verdict-log.js'
import { feedNamed, keyNamed } from '../../support/feed-of.js'
import { temporaryDirectory } from '../../support/temporary.js'

type Recorded = Parameters<VerdictLog['record']>[0]

const verdict = (code: string): Recorded => ({
  kind: 'verdict',
  message: keyNamed('message'),
  author: feedNamed('author'),
  refusal: { verdict: 'reject', code, facts: { height: 3 } },
})

const finding: Recorded = {
  kind: 'finding',
  finding: {
    code: 'double-commit',
    grade: 'proof',
    culprits: [{ owner: feedNamed('a'), role: 'committer' }],
    messages: [keyNamed('a'), keyNamed('b')],
    facts: {},
  },
}

const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

describe('the log of verdicts', () => {
  it('keeps one line for each, with its time, and counts them by code', async () => {
    const path = join(await temporaryDirectory(), 'verdicts.jsonl')
    let now = 1000
    const log = new VerdictLog(path, () => now++)
    const recorded = [
      verdict('junk'),
      verdict('junk'),
      finding,
      { kind: 'halt', code: 'diverged-state', facts: {} },
    ] as const
    for (const effect of recorded) log.record(effect)
    expect(linesOf(path)).toEqual(recorded.map((effect, index) => ({ at: 1000 + index, ...effect })))
    expect(log.counts()).toEqual({ junk: 2, 'double-commit': 1, 'diverged-state': 1 })
  })

  it('goes on after the lines of an earlier run', async () => {
    const path = join(await temporaryDirectory(), 'verdicts.jsonl')
    new VerdictLog(path, () => 1).record(verdict('junk'))
    const log = new VerdictLog(path, () => 2)
    log.record(verdict('wrong-feed'))
    expect(linesOf(path)).toHaveLength(2)
    expect(log.counts()).toEqual({ 'wrong-feed': 1 })
  })

  it('only counts once the file is full: an attacker must not fill the disk', async () => {
    const path = join(await temporaryDirectory(), 'verdicts.jsonl')
    const full = 16 * 1024 * 1024 - 10
    await writeFile(path, ' '.repeat(full))
    const log = new VerdictLog(path, () => 0)
    log.record(verdict('junk'))
    expect(readFileSync(path).length).toBe(full)
    expect(log.counts()).toEqual({ junk: 1 })
  })
})
