import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { FaultRun, SOUND } from '../support/faults/index.js'
import { Namespaces } from '../support/live-network/index.js'
import { pause } from '../support/wait-until.js'

/**
 * Real partitions: every node is in a network namespace of its own, and packets between the parts just stop
 * arriving. Four validators (quorum 3) and three Messagenodes.
 */
const refusal = Namespaces.refusal()
if (refusal !== null) console.log(`partitions skipped, no network namespaces here: ${refusal}`)

const PARTED_MS = 5_000

let namespaces: Namespaces | undefined
let run: FaultRun

describe.skipIf(refusal !== null)('a network that is taken apart', () => {
  beforeAll(async () => {
    run = await FaultRun.begin({ namespaces: (names) => (namespaces = Namespaces.create(names)) })
  })
  afterAll(() => run.network.close())

  it('goes on in the part that has a quorum and a Messagenode', async () => {
    await run.goesOn(3)
    namespaces?.partition(
      ['validator-1', 'validator-2', 'validator-3', 'messagenode-1', 'messagenode-2'],
      ['validator-4', 'messagenode-3'],
    )
    await run.goesOn(10)
    const left = await run.network.status('validator-4')
    await pause(PARTED_MS)
    const later = await run.network.status('validator-4')
    expect(later.sealedHeight - left.sealedHeight).toBeLessThanOrEqual(1)
    namespaces?.heal()
    const healedMs = await run.reaches('validator-4')
    console.log(`validator-4 caught up ${Math.round(healedMs)} ms after the cut was healed`)
  }, 120_000)

  it('stands still, and does not fork, where no part has a quorum', async () => {
    namespaces?.partition(
      ['validator-1', 'validator-2', 'messagenode-1'],
      ['validator-3', 'validator-4', 'messagenode-2', 'messagenode-3'],
    )
    await pause(1_000)
    const before = await run.sealedHeight()
    await pause(PARTED_MS)
    // Votes that were on their way when the cut came may still complete a height.
    expect((await run.sealedHeight()) - before).toBeLessThanOrEqual(1)
    namespaces?.heal()
    const healedMs = await run.goesOn(2)
    console.log(`two heights more ${Math.round(healedMs)} ms after the cut was healed`)
  }, 120_000)

  it('holds one chain, with nothing lost and nothing twice', async () => {
    const judgement = await run.end()
    expect(judgement).toMatchObject(SOUND)
    expect(judgement.transactions).toBe(run.load.acknowledged.length)
  }, 180_000)
})
