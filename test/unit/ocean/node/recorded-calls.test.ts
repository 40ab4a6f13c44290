import { rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bytesOfHex, decodeBlock } from '../../../../src/ocean/codec/index.js'
import { textIn } from '../../../../src/ocean/rpc/index.js'
import { type Embedded, embedded, mine } from '../../../support/ocean/embedded.js'
import { type RecordedCall } from '../../../support/ocean/recorded-calls.js'
import { replay, replayLine } from '../../../support/ocean/replay.js'
import { acceptedBlocks } from '../../../support/ocean/recordings.js'

/**
 * Every recorded call, put to three nodes with the recorded configurations. What was sent to one of the real nodes
 * reached the others, so it is passed on here too. Blocks between the recorded ones are missing: where a recorded block
 * cannot follow, what waits is mined instead, and that call counts as different.
 */
const directories: string[] = []

const network = async (): Promise<ReadonlyMap<string, Embedded>> => {
  const nodes = new Map<string, Embedded>()
  for (const number of [0, 1, 2] as const) {
    const directory = await mkdtemp(join(tmpdir(), 'ocean-replay-'))
    directories.push(directory)
    nodes.set(`node${number}`, await embedded(number, directory))
  }
  return nodes
}

/** Blocks 1 to 9 stand in a row in the first recording; later ones begin after them. */
const feed = async (nodes: ReadonlyMap<string, Embedded>): Promise<void> => {
  const blocks = acceptedBlocks()
  for (let height = 1; height <= 9; height++) {
    const hex = blocks.get(height) ?? ''
    for (const { node, clock } of nodes.values()) {
      const block = decodeBlock(bytesOfHex(hex))
      clock.now = Math.max(clock.now, block.header.time)
      expect(await node.submit(block)).toBeNull()
    }
  }
}

const timeIn = (hex: string): number => decodeBlock(bytesOfHex(hex), 'ignored').header.time

const asker = (nodes: ReadonlyMap<string, Embedded>) => async (call: RecordedCall) => {
  const { node: name, method, params, outcome } = call
  const asked = nodes.get(name)
  if (!asked) throw new Error(`no ${name}`)
  if (method === 'getnewblockhex' && 'result' in outcome) {
    for (const { clock } of nodes.values()) clock.now = timeIn(textIn(outcome.result))
  }
  const answered = await asked.ask(method, params)
  await spread(nodes, asked, call)
  return answered
}

const spread = async (nodes: ReadonlyMap<string, Embedded>, asked: Embedded, call: RecordedCall) => {
  const { method, params, outcome } = call
  const wasTaken = 'result' in outcome
  const others = [...nodes.values()].filter((other) => other !== asked)
  if (method === 'sendrawtransaction' && wasTaken) for (const other of others) await other.ask(method, params)
  if (method !== 'submitblock' || !wasTaken || outcome.result !== null) return
  const block = decodeBlock(bytesOfHex(textIn(params[0] ?? null)))
  const hash = textIn(params[0] ?? null)
  const isNext = asked.node.chain.tip.header.merkleRoot === block.header.merkleRoot
  const mined = isNext ? hash : await mine(asked)
  for (const other of others) await other.ask('submitblock', [mined])
}

/** Fewest calls answered as recorded; measured, so that none is lost unseen. */
const FLOORS: readonly (readonly [string, number, boolean])[] = [
  ['01-block-signing', 117, false],
  ['02-genesis-config', 13, true],
  ['03-asset-issuance', 12, true],
  ['04a-policy-whitelist', 54, true],
  ['04b-policy-freezelist', 32, true],
  ['04c-policy-burnlist', 17, true],
  ['05-guardnode-requests', 2, true],
  ['05b-request-end-height', 0, true],
]

describe('recorded calls put to embedded nodes', () => {
  afterAll(async () => {
    for (const directory of directories) await rm(directory, { recursive: true, force: true })
  })

  it.each(FLOORS)('answers %s as recorded in at least %i calls', async (file, floor, isLater) => {
    const nodes = await network()
    if (isLater) await feed(nodes)
    const replayed = await replay(file, asker(nodes))
    console.info(replayLine(replayed))
    if (process.env['OCEAN_REPLAY_DETAIL']) {
      for (const { index, call, answered } of replayed.different) {
        console.info(index, call.node, call.method, ...apart(call.outcome, answered))
      }
    }
    for (const { node } of nodes.values()) await node.close()
    expect(replayed.matched).toBeGreaterThanOrEqual(floor)
  })
})

/** Where two outcomes part. */
const apart = (recorded: unknown, answered: unknown): string[] => {
  const [left, right] = [JSON.stringify(recorded), JSON.stringify(answered)]
  const at = [...left].findIndex((character, index) => right[index] !== character)
  return [left, right].map((text) => text.slice(Math.max(0, at - 40), at + 80))
}
