import { cp, readFile, rename } from 'node:fs/promises'

import { afterEach, beforeEach, expect, it } from 'vitest'

import type { Hash } from '../../src/feeds/index.js'
import { dataDirectory } from '../../src/node/data-directory.js'
import { storeLedger } from '../../src/ledger/index.js'
import { verify } from '../../src/node/verify.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import {
  auditChain,
  eventually,
  faultsIn,
  forksBetween,
  LiveNetwork,
  readAll,
  settledFeeds,
} from '../support/live-network/index.js'
import { SmallDisk } from '../support/small-disk.js'

/** A validator whose disk fills up under its feeds while it votes: it says so, loses nothing, and goes on. */
const DISK_BYTES = 96 * 1024 * 1024
const VICTIM = 'validator-1'
const alice = new TestAccount('alice')

let network: LiveNetwork
let disk: SmallDisk | null = null

beforeEach(async () => {
  alice.nonce = 0n
  network = await LiveNetwork.create({
    validators: 2,
    messagenodes: 2,
    balances: new Map([[alice.id, 1_000n]]),
  })
})

afterEach(async () => {
  // Also under processes that still run; the folder can only go without it.
  disk?.unmount()
  disk = null
  await network.close()
})

/** Puts a folder of the victim on a disk of its own. */
const onSmallDisk = async (folder: string): Promise<boolean> => {
  await rename(folder, `${folder}-before`).catch(() => undefined)
  disk = SmallDisk.mount(folder, DISK_BYTES)
  if (disk === null) {
    console.warn('skipped: this machine does not let us mount a small disk')
    return false
  }
  await cp(`${folder}-before`, folder, { recursive: true }).catch(() => undefined)
  return true
}

const submit = async (names: readonly string[]): Promise<Hash> => {
  const bytes = alice.record(network.network.chainId, utf8(`record ${alice.nonce}`))
  return (await network.client(names).submit(bytes)).hash as Hash
}

const sealed = (hash: Hash, name: string) =>
  eventually(`${hash} is sealed`, async () => {
    const found = await network
      .client([name])
      .waitFor(hash, 'sealed')
      .catch(() => null)
    return found ?? undefined
  })

const problemsOf = async (name: string): Promise<readonly string[]> => (await network.status(name)).problems

const expectOneSoundChain = async (): Promise<void> => {
  const before = await readAll(network)
  const after = await settledFeeds(network)
  expect(forksBetween([...before.values(), ...after.values()])).toEqual([])
  for (const feeds of after.values()) {
    expect(await faultsIn(network.network, feeds)).toEqual([])
    const { blocks } = auditChain(network.network, storeLedger({ verify }), feeds)
    expect(blocks.flatMap(({ transactions }) => transactions)).toHaveLength(Number(alice.nonce))
  }
}

it('with no room for its feeds it stays up, tells, refuses clients, and goes on when there is room', async () => {
  if (!(await onSmallDisk(dataDirectory(network.dataDirectory(VICTIM)).ssb))) return
  await network.start()
  await network.ready()
  await sealed(await submit([VICTIM]), VICTIM)
  disk?.fill()
  // Its votes are needed; a few still fit into what its files have room for already.
  const waiting: Hash[] = []
  await eventually('health shows it', async () => {
    waiting.push(await submit(['validator-2']))
    return (await problemsOf(VICTIM)).includes('disk-full') ? true : undefined
  })
  await expect(submit([VICTIM])).rejects.toMatchObject({ code: expect.any(String) as string })
  alice.nonce--
  expect(network.process(VICTIM).isRunning).toBe(true)
  disk?.empty()
  for (const hash of waiting) await sealed(hash, 'validator-2')
  await eventually('health is well again', async () =>
    (await problemsOf(VICTIM)).includes('disk-full') ? undefined : true,
  )
  await sealed(await submit([VICTIM]), VICTIM)
  await expectOneSoundChain()
})

it('killed and started on a full disk it ends with one line, and starts cleanly when there is room', async () => {
  if (!(await onSmallDisk(network.dataDirectory(VICTIM)))) return
  await network.start()
  await network.ready()
  for (let count = 0; count < 3; count++) await sealed(await submit([VICTIM]), VICTIM)
  disk?.fill()
  const waiting = await submit(['validator-2'])
  await network.kill(VICTIM)
  const refused = await network.start(VICTIM).then(
    () => network.process(VICTIM).failed,
    (error: unknown) => error,
  )
  const lines = String(refused)
    .split('\n')
    .filter((line) => line.startsWith('blockfin:'))
  expect(lines).toHaveLength(1)
  expect(String(refused)).not.toMatch(/^\s+at /m)
  disk?.empty()
  await network.start(VICTIM)
  await network.ready(VICTIM)
  await sealed(waiting, 'validator-2')
  await expectOneSoundChain()
  expect(await readFile(dataDirectory(network.dataDirectory(VICTIM)).log, 'utf8')).not.toContain(
    'own-feed-forked',
  )
})
