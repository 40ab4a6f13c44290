import { describe, expect, it } from 'vitest'

import { Progress } from '../../../src/cli/devnet/progress.js'
import { Redrawn, viewLine } from '../../../src/cli/devnet/view.js'
import { Latencies, summarize } from '../../../src/cli/load/latencies.js'
import type { LoadBlock } from '../../../src/cli/load/load.js'

const block = (stage: LoadBlock['stage'], height: number, more: Partial<LoadBlock> = {}): LoadBlock => ({
  event: 'block',
  stage,
  height,
  round: 0,
  transactions: 2,
  own: 2,
  failed: 0,
  signers: 3,
  latenciesMs: [10, 20],
  ...more,
})

describe('latencies', () => {
  it.each([
    [[], null],
    [[7], { count: 1, p50Ms: 7, p90Ms: 7, p99Ms: 7 }],
    [
      Array.from({ length: 100 }, (_, index) => 100 - index),
      { count: 100, p50Ms: 51, p90Ms: 91, p99Ms: 100 },
    ],
  ])('of %j', (values, summary) => {
    expect(summarize(values)).toEqual(summary)
  })

  it('forgets what left the window', () => {
    const window = new Latencies(2)
    window.add(1000, 1, 3)
    expect(window.summary).toMatchObject({ count: 2, p99Ms: 3 })
  })
})

describe('the progress of a devnet', () => {
  it('counts blocks with own transactions once they are sealed, and no others', () => {
    const progress = new Progress(() => 0)
    progress.take(block('committed', 1))
    expect(progress.sealedHeights).toEqual([])
    progress.take(block('sealed', 1, { failed: 1 }))
    progress.take(block('sealed', 2, { own: 0, latenciesMs: [] }))
    progress.take({ event: 'progress', submitted: 9, refused: 1, sealed: 2 })
    expect(progress.sealedHeights).toEqual([1])
    expect(progress.transactions).toEqual({ submitted: 9, refused: 1, sealed: 2, failed: 1 })
    expect(progress.signers('sealed')).toEqual({ least: 3, most: 3 })
  })

  it('counts the hops of each stage, and those of failed rounds', () => {
    const progress = new Progress(() => 0)
    progress.take(block('committed', 1))
    progress.take(block('sealed', 1, { round: 1 }))
    expect(progress.latency('committed')).toMatchObject({ p50Hops: 6, p50Ms: 20 })
    expect(progress.latency('sealed')).toMatchObject({ p50Hops: 9 })
  })

  it('tells the rate of the last seconds, and how long nothing was sealed', () => {
    const clock = { ms: 0 }
    const progress = new Progress(() => clock.ms)
    progress.take(block('sealed', 1, { own: 50 }))
    expect(progress.rate).toBe(10)
    clock.ms = 6000
    expect(progress.rate).toBe(0)
    expect(progress.sinceSealMs).toBe(6000)
  })

  it('names nodes that are down', () => {
    const down = { name: 'validator-2', kind: 'validator', url: 'http://127.0.0.1:1', status: null }
    expect(viewLine([down], new Progress(() => 0))).toMatch(/; down: validator-2$/)
  })
})

it('redraws lines in place and keeps sentences above them', () => {
  let drawn = ''
  const redrawn = new Redrawn((text) => (drawn += text))
  redrawn.show(['a', 'b'])
  redrawn.say('news')
  redrawn.show(['c'])
  expect(drawn).toBe('a\x1b[K\nb\x1b[K\n\x1b[2A\rnews\x1b[K\n\x1b[Jc\x1b[K\n')
})
