import { rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ReplaySession } from '../../../support/ocean/replay-session.js'
import { replay, replayLine } from '../../../support/ocean/replay.js'

/** Where each recording begins, and the fewest calls answered as recorded, or alike: measured, so that none is lost unseen. */
const FLOORS: readonly (readonly [file: string, floor: number, height: number])[] = [
  ['01-block-signing', 154, 0],
  ['02-genesis-config', 26, 39],
  ['04a-policy-whitelist', 86, 39],
  ['03-asset-issuance', 89, 47],
  ['04b-policy-freezelist', 59, 61],
  ['04c-policy-burnlist', 25, 68],
  ['05-guardnode-requests', 14, 70],
  ['05b-request-end-height', 1, 70],
]

describe('recorded calls put to embedded nodes', () => {
  const directories: string[] = []
  let session: ReplaySession

  beforeAll(async () => {
    for (let i = 0; i < 3; i++) directories.push(await mkdtemp(join(tmpdir(), 'ocean-replay-')))
    session = await ReplaySession.open(directories)
  }, 120_000)

  afterAll(async () => {
    await session.close()
    for (const directory of directories) await rm(directory, { recursive: true, force: true })
  })

  it.each(FLOORS)(
    'answers %s as recorded in at least %i calls',
    async (file, floor, height) => {
      await session.begin(height)
      const replayed = await replay(file, (call) => session.ask(call))
      console.info(replayLine(replayed))
      if (process.env['OCEAN_REPLAY_DETAIL']) {
        for (const { index, call, answered } of replayed.different) {
          console.info(index, call.node, call.method, ...apart(call.outcome, answered))
        }
      }
      expect(replayed.matched + replayed.alike).toBeGreaterThanOrEqual(floor)
    },
    120_000,
  )
})

/** Where two outcomes part. */
const apart = (recorded: unknown, answered: unknown): string[] => {
  const [left, right] = [JSON.stringify(recorded), JSON.stringify(answered)]
  const at = [...left].findIndex((character, index) => right[index] !== character)
  return [left, right].map((text) => text.slice(Math.max(0, at - 40), at + 80))
}
