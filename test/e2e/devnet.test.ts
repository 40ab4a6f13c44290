import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { DevnetSummary } from '../../src/cli/devnet/run.js'
import { FEED_TYPES } from '../../plugins/feed-requests/index.js'
import { blockfin, isAlive, startBlockfin, type Running } from '../support/blockfin.js'
import { devnetDirectory } from '../support/devnet-directory.js'
import { temporaryDirectory } from '../support/temporary.js'
import { waitUntil } from '../support/wait-until.js'

/** A whole network of processes, driven and judged from outside. */

const SMALL = ['--validators', '4', '--messagenodes', '2', '--rate', '30']

/** Who is left running does not depend on how many there are. */
const SMALLEST = ['--validators', '1', '--messagenodes', '1', '--rate', '30']

/** Process numbers of the children of a devnet, from the system's own table. */
const childrenOf = async ({ child }: Running): Promise<number[]> => {
  const children: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // The name of the program, in parentheses, may hold anything.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(parent) === child.pid) children.push(Number(name))
  }
  return children
}

const isGone = (pids: readonly number[]) => () => pids.every((pid) => !isAlive(pid))

const untilSealing = (run: Running): Promise<void> =>
  waitUntil('a block is sealed', () => /height [1-9]/.test(run.said().err), 150_000)

describe('blockfin devnet', () => {
  it('seals blocks of client transactions, proves them, and is continued; nothing outlives it', async () => {
    const dir = await devnetDirectory()
    const words = ['devnet', '--dir', dir, ...SMALL, '--blocks', '3', '--json']
    const first = await blockfin(...words)
    expect(first.code, first.err).toBe(0)
    const summary = JSON.parse(first.out) as DevnetSummary
    expect(summary.blocks.sealed).toBeGreaterThanOrEqual(3)
    expect(summary.transactions.sealed).toBeGreaterThan(0)
    expect(summary.signers.sealed?.least).toBeGreaterThanOrEqual(summary.quorum)
    expect(summary.proofs?.verified).toBe(summary.proofs?.transactions)
    expect(Object.keys(summary.feeds)).toEqual(expect.arrayContaining([...FEED_TYPES]))
    const expected = [
      'network.json',
      'registrar',
      'client',
      'validator-1',
      'validator-4',
      'messagenode-1',
      'messagenode-2',
    ]
    expect(await readdir(dir)).toEqual(expect.arrayContaining(expected))

    // Anyone can check a proof offline; one that was changed is refused.
    const proofs = await readFile(join(dir, 'client', 'proofs.jsonl'), 'utf8')
    const proof = join(dir, 'proof.json')
    const verify = ['verify', proof, '--network', join(dir, 'network.json')]
    const [line = ''] = proofs.split('\n')
    await writeFile(proof, line)
    expect(await blockfin(...verify)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^executed: /) as string,
    })
    await writeFile(proof, line.replace('"code":0', '"code":10'))
    expect(await blockfin(...verify)).toMatchObject({
      code: 1,
      err: 'blockfin: the proof does not hold (wrong-result)\n',
    })

    const second = startBlockfin(words)
    await untilSealing(second)
    const pids = await childrenOf(second)
    expect(pids.length).toBeGreaterThanOrEqual(7)
    const { code, out } = await second.ended
    expect(code).toBe(0)
    const continued = JSON.parse(out) as DevnetSummary
    expect(continued.continued).toBe(true)
    expect(continued.blocks.first).toBeGreaterThan(summary.blocks.last ?? 0)
    expect(pids.filter(isAlive)).toEqual([])
  }, 400_000)

  it('leaves nothing running when it is killed, or interrupted twice', async () => {
    const dir = await devnetDirectory()
    for (const signals of [['SIGKILL'], ['SIGINT', 'SIGINT']] as const) {
      const run = startBlockfin(['devnet', '--dir', dir, ...SMALLEST])
      await untilSealing(run)
      const pids = await childrenOf(run)
      expect(pids.length).toBeGreaterThanOrEqual(3)
      for (const [index, signal] of signals.entries()) {
        if (index > 0) await waitUntil('it closes', () => run.said().err.includes('interrupt again'))
        run.child.kill(signal)
      }
      await run.ended
      await waitUntil('every child is gone', isGone(pids), 20_000)
    }
  }, 400_000)

  it('is not confused by a member that dies: the rest goes on, and it is started again by hand', async () => {
    const dir = await devnetDirectory()
    const run = startBlockfin(['devnet', '--dir', dir, ...SMALL])
    await untilSealing(run)
    for (const words of [
      ['devnet', '--dir', dir],
      ['follow', '--feeds', 'sealed', '--dir', join(dir, 'validator-1')],
    ]) {
      const { code, err } = await blockfin(...words)
      expect(code).toBe(1)
      expect(err).toMatch(/^blockfin: [^\n]+ \(directory-locked\)\n$/)
    }
    const before = await childrenOf(run)
    const victim = await pidOf(before, join(dir, 'validator-2'))
    process.kill(victim, 'SIGKILL')
    await waitUntil('it is told', () => run.said().err.includes('validator-2 is down (SIGKILL)'))
    await waitUntil('it is shown', () => run.said().err.includes('; down: validator-2'), 20_000)
    const follow = await blockfin('follow', '--feeds', 'sealed', '--dir', join(dir, 'validator-2'))
    expect(follow.err).toMatch(/^blockfin: [^\n]+ \(not-an-observer\)\n$/)
    const again = startBlockfin(['start', '--dir', join(dir, 'validator-2')])
    await waitUntil('it is back', () => again.said().err.includes('ready to sign'), 60_000)
    const mark = run.said().err.length
    await waitUntil(
      'it is seen',
      () => /height \d+;[^\n]*signers \d\n/.test(run.said().err.slice(mark)),
      20_000,
    )
    again.child.kill('SIGINT')
    expect((await again.ended).code).toBe(0)
    const pids = await childrenOf(run)
    run.child.kill('SIGINT')
    expect((await run.ended).code).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
  }, 400_000)

  it('refuses a directory that is something else, and a devnet of another size', async () => {
    const dir = await temporaryDirectory()
    await writeFile(join(dir, 'letter.txt'), 'dear')
    const { code, err } = await blockfin('devnet', '--dir', dir)
    expect(code).toBe(1)
    expect(err).toMatch(/^blockfin: [^\n]+ \(devnet-directory-taken\)\n$/)
    expect(await readdir(dir)).toEqual(['letter.txt'])
  })
})

const pidOf = async (pids: readonly number[], directory: string): Promise<number> => {
  for (const pid of pids) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (words.includes(directory)) return pid
  }
  throw new Error(`no process on ${directory}`)
}
