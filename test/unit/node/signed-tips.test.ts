import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { SignedTips } from '../../../src/node/signed-tips.js'
import { generateNodeIdentity } from '../../../src/roles/index.js'
import { signedChain } from '../../support/signed-feed.js'

/** What was signed last is known at the next start, beside the database. */
const [one, two] = [generateNodeIdentity(), generateNodeIdentity()]
const chain = signedChain(one, 9).map(({ value }) => value)
const other = signedChain(two, 3)

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blockfin-tips-'))
  path = join(folder, 'signed-tips')
})
afterEach(async () => {
  for (const tips of opened.splice(0)) await tips.close()
  await rm(folder, { recursive: true })
})

const opened: SignedTips[] = []
const openTips = async (): Promise<SignedTips> => {
  const tips = await SignedTips.open(path)
  opened.push(tips)
  return tips
}

/** As a kill leaves it: nothing is closed before it is read again, nothing awaited but the write. */
const writtenBy = async (action: (tips: SignedTips) => Promise<void>) => {
  await action(await openTips())
  return openTips()
}

it('knows the newest of each feed after a kill', async () => {
  const tips = await writtenBy(async (before) => {
    for (const message of chain) await before.signed([message])
    await before.signed(other.map(({ value }) => value))
  })
  expect(tips.all().get(one.id)?.sequence).toBe(9)
  expect(tips.all().get(two.id)).toEqual({ sequence: 3, key: other[2]?.key })
  expect(tips.forked).toBeNull()
})

it('knows nothing at first', async () => {
  expect((await openTips()).all().size).toBe(0)
})

it('leaves out lines that are torn or damaged, and goes on after them', async () => {
  await writtenBy((tips) => tips.signed(chain.slice(0, 4)))
  const sound = await readFile(path, 'utf8')
  await writeFile(path, sound.replace('"signed"', '"signet"') + sound.slice(0, 40))
  const tips = await writtenBy((again) => again.signed(chain.slice(0, 2)))
  expect(tips.all().get(one.id)?.sequence).toBe(2)
})

it('remembers a fork for good', async () => {
  const tips = await writtenBy((before) => before.fork(one.id, 3))
  expect(tips.forked).toBe(one.id)
})

it('stays small', async () => {
  const tips = await openTips()
  await tips.signed(chain)
  await tips.close()
  await appendFile(path, (await readFile(path, 'utf8')).repeat(3_000))
  const again = await openTips()
  expect((await stat(path)).size).toBeLessThan(1_000)
  expect(again.all().get(one.id)?.sequence).toBe(9)
})

it('does not keep back a message that is durable when the disk takes no line', async () => {
  const tips = await openTips()
  await tips.close()
  await expect(tips.signed(chain)).resolves.toBeUndefined()
})
