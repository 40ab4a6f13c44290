import { appendFile, cp } from 'node:fs/promises'

import bipf from 'bipf'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { encodeBody, type Hash } from '../../src/feeds/index.js'
import { BLOCK_SIZE } from '../../src/node/log-file.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { openLogSource } from '../../src/node/log-source.js'
import { loadKeyFile } from '../../src/roles/index.js'
import { messageLogPath } from '../../src/cli/feeds/message-log.js'
import { TestAccount } from '../support/account.js'
import { startBlockfin } from '../support/blockfin.js'
import { eventually, LiveNetwork } from '../support/live-network/index.js'
import { signedMessage } from '../support/signed-feed.js'
import type { StoredMessage } from '../../plugins/exchange/index.js'

/** An observer follows a network over SSB, and an audit follows the observer, beside the disk of a validator's twin. */
const alice = new TestAccount('alice')
const TWINNED = 'validator-1'
const PATIENCE_MS = 60_000

let network: LiveNetwork

beforeAll(async () => {
  const balances = new Map([[alice.id, 1_000n]])
  network = await LiveNetwork.create({ validators: 2, messagenodes: 1, observers: 1, balances })
  await network.start()
  await network.start('observer-1')
  await network.ready()
})

afterAll(() => network.close())

const sealRecord = async (): Promise<void> => {
  const client = network.client([TWINNED])
  const { hash } = await client.submit(alice.record(network.network.chainId, new Uint8Array([1])))
  await client.waitFor(hash as Hash, 'sealed')
}

/** The newest message of the twin's own lane. */
const laneTipIn = async (directory: string): Promise<StoredMessage> => {
  const { id } = await laneKey()
  let tip: StoredMessage | undefined
  const source = await openLogSource(directory)
  for await (const { key, value } of source.messages()) if (value.author === id) tip = { key, value }
  await source.close()
  if (!tip) throw new RangeError('the lane has a message')
  return tip
}

const holdsFeeds = async (directory: string): Promise<boolean> => {
  const source = await openLogSource(directory)
  const first = await source.messages()[Symbol.asyncIterator]().next()
  await source.close()
  return first.done !== true
}

const laneKey = () => loadKeyFile(dataDirectory(network.dataDirectory(TWINNED)).key('transaction-validator'))

const append = async (directory: string, { key, value }: StoredMessage): Promise<void> => {
  const block = Buffer.alloc(BLOCK_SIZE)
  const record = bipf.allocAndEncode({ key, value, timestamp: Date.now() })
  record.copy(block, block.writeUInt16LE(record.length, 0))
  await appendFile(messageLogPath(dataDirectory(directory).ssb), block)
}

interface Line {
  readonly height?: number
  readonly clean?: boolean
  readonly finding?: {
    readonly code: string
    readonly grade: string
    readonly culprits: readonly { name: string }[]
  }
}

it(
  'a network is audited while it is followed, and who signs something else elsewhere is found',
  { timeout: 4 * PATIENCE_MS },
  async () => {
    await sealRecord()
    const observer = network.dataDirectory('observer-1')
    await eventually('the observer holds feeds', async () => (await holdsFeeds(observer)) || undefined)
    const twin = `${network.dataDirectory(TWINNED)}-twin`
    await cp(network.dataDirectory(TWINNED), twin, { recursive: true })
    const tip = await laneTipIn(twin)

    const audit = startBlockfin([
      'audit',
      observer,
      twin,
      '--network',
      network.networkFile,
      '--watch',
      '--json',
    ])
    const lines = (): readonly Line[] =>
      audit
        .said()
        .out.split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line)
    const heard = (what: string, wanted: (line: Line) => boolean): Promise<Line> =>
      eventually(what, async () => lines().find(wanted), {
        timeoutMs: PATIENCE_MS,
        seen: () => JSON.stringify(audit.said()),
      })

    await heard('a height is audited', ({ height = 0 }) => height >= 1)
    await sealRecord()
    await heard('the next one is', ({ height = 0 }) => height >= 2)
    expect(lines().every(({ clean = true, finding }) => clean && !finding)).toBe(true)

    // What the twin signed at the place of the record that was sealed last.
    const rival = encodeBody({ type: 'transaction', transactions: [new Uint8Array([7])] })
    await append(twin, signedMessage(await laneKey(), tip, rival))
    const { finding } = await heard('the fork is found', ({ finding }) => finding !== undefined)
    expect(finding).toMatchObject({ code: 'feed-fork', grade: 'proof', culprits: [{ name: TWINNED }] })
    audit.child.kill('SIGINT')
    expect((await audit.ended).code).toBe(1)
  },
)
