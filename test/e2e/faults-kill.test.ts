import { afterAll, beforeAll, expect, it } from 'vitest'

import {
  type Blow,
  FaultRun,
  freezeOne,
  killAll,
  killOne,
  killSome,
  killWhileStarting,
  restartInTurn,
  SOUND,
} from '../support/faults/index.js'
import { Random } from '../support/simulation/random.js'

/**
 * Kills and hangs at random moments of a fresh seed, under load, judged by what stands in the feeds. The long form
 * is `npm run bench kills`.
 */
const SEED = Date.now() % 1_000_000_000
const BLOWS: readonly Blow[] = [killOne, freezeOne, killWhileStarting, killSome, killAll, restartInTurn]

let run: FaultRun

beforeAll(async () => {
  run = await FaultRun.begin()
})

afterAll(() => run.network.close())

it('survives kills and hangs: one chain, nothing lost, nothing twice', async () => {
  const random = new Random(`faults ${SEED}`)
  for (const blow of BLOWS) await run.deal(blow, random)
  await run.goesOn(3)
  const judgement = await run.end()
  console.log(`seed ${SEED}: ${run.hits.map(({ what }) => what).join('; ')}`)
  expect(judgement).toMatchObject(SOUND)
  expect(run.kills).toBeGreaterThanOrEqual(10)
  expect(judgement.heights).toBeGreaterThan(10)
  expect(judgement.transactions).toBe(run.load.acknowledged.length)
}, 480_000)
