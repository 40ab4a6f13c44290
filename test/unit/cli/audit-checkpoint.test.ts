import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import type { AuditReport } from '../../../src/audit/index.js'
import { type Checkpoint, encodeCheckpoint } from '../../../src/node/checkpoint/index.js'
import { checkpointFile, LongDirectory } from '../../support/audit/index.js'
import { commandLine } from '../../support/command-line.js'
import { sharedDirectory, temporaryDirectory } from '../../support/temporary.js'

const BLOCKS = 12
const AT = 8

/** A directory that holds all, and one that pruned its lanes at a checkpoint. */
let whole: LongDirectory
let pruned: LongDirectory
let checkpoint: Checkpoint

const audited = async (...words: string[]) => {
  const { code, out } = await commandLine(['audit', ...words, '--jobs', '1', '--json'])
  return { code, report: JSON.parse(out) as AuditReport & { unreadable?: { code: string } } }
}

const fileOf = async (changed: Partial<Checkpoint>): Promise<string> => {
  const path = join(await temporaryDirectory(), 'one.checkpoint')
  await writeFile(path, encodeCheckpoint({ ...checkpoint, ...changed }))
  return path
}

beforeAll(async () => {
  whole = await LongDirectory.create(await sharedDirectory())
  pruned = await LongDirectory.create(await sharedDirectory())
  for (let height = 1; height <= BLOCKS; height++) {
    const messages = await whole.block()
    if (height === AT) checkpoint = whole.checkpointOf(messages)
    await pruned.block(
      ({ value }) => height > AT || (value.content as { type: string }).type !== 'transaction',
    )
  }
  await whole.finish()
  await pruned.finish()
  await pruned.prunedAt(checkpoint)
})

describe('an audit from a checkpoint on', () => {
  it('executes what comes after it, and says what it did not', async () => {
    const { code, report } = await audited(whole.root, '--from', await fileOf({}))
    expect(code).toBe(0)
    expect(report.unchecked).toEqual({ height: AT, messages: 0 })
    expect(report.replay).toMatchObject({ height: BLOCKS, transactions: BLOCKS - AT, end: 'undecided' })
    const fromGenesis = await audited(whole.root)
    expect(fromGenesis.report.unchecked).toEqual({ height: 0, messages: 0 })
    expect(report.replay.stateRoot).toBe(fromGenesis.report.replay.stateRoot)
    const { out } = await commandLine(['audit', whole.root, '--from', await fileOf({}), '--jobs', '1'])
    expect(out).toContain(`heights       ${AT + 1} to ${BLOCKS} executed again`)
    expect(out).toContain(`not checked   heights 1 to ${AT}:`)
  })

  it('begins at a checkpoint of its own where lanes were pruned', async () => {
    const { code, report } = await audited(pruned.root)
    expect({ code, findings: report.findings }).toEqual({ code: 0, findings: [] })
    expect(report.unchecked).toEqual({ height: AT, messages: AT })
    expect(report.replay).toMatchObject({ height: BLOCKS, end: 'undecided' })
  })

  it('reads a pruned directory beside a whole one, from where both have the lanes', async () => {
    for (const sources of [
      [pruned.root, whole.root],
      [whole.root, pruned.root],
    ]) {
      const { code, report } = await audited(...sources)
      expect({ code, unchecked: report.unchecked }).toEqual({
        code: 0,
        unchecked: { height: AT, messages: AT },
      })
    }
  })

  it.each<[string, string, () => Partial<Checkpoint>]>([
    ['its height', 'checkpoint-unusable', () => ({ height: AT + 1 })],
    ['its chain', 'checkpoint-unusable', () => ({ chainId: checkpoint.slot })],
    ['its block', 'checkpoint-unusable', () => ({ value: { ...checkpoint.value, block: checkpoint.slot } })],
    ['its state', 'checkpoint-unusable', () => ({ snapshot: checkpoint.snapshot.slice(0, -1) })],
    ['a certificate', 'checkpoint-unusable', () => ({ committed: checkpoint.sealed })],
    ['its empty block', 'checkpoint-unfounded', () => ({ slot: checkpoint.value.block })],
    ['a lane', 'checkpoint-unfounded', () => ({ cut: checkpoint.cut.with(0, checkpoint.cut[1] ?? NO_TIP) })],
    ['a lane too few', 'checkpoint-unfounded', () => ({ cut: checkpoint.cut.slice(1) })],
    ['no tip', 'checkpoint-unusable', () => ({ cut: checkpoint.cut.with(0, NO_TIP) })],
    ['a far tip', 'checkpoint-unusable', () => ({ cut: checkpoint.cut.with(0, FAR_TIP) })],
  ])('refuses one in which somebody changed %s', async (_name, code, change) => {
    const { code: exit, report } = await audited(whole.root, '--from', await fileOf(change()))
    expect({ exit, code: report.unreadable?.code }).toEqual({ exit: 2, code })
  })

  it('refuses a damaged file, one that is not there, and lanes pruned beyond it', async () => {
    const path = await fileOf({})
    const bytes = await readFile(path)
    for (const offset of [0, 17, 400, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[offset] = (changed[offset] ?? 0) ^ 1
      await writeFile(path, changed)
      const { code, report } = await audited(whole.root, '--from', path)
      expect([code, report.unreadable?.code]).toEqual([2, 'checkpoint-damaged'])
    }
    const missing = await audited(whole.root, '--from', `${path}.not`)
    expect(missing.report.unreadable?.code).toBe('checkpoint-missing')
    await rm(checkpointFile(pruned.root, AT))
    const without = await audited(pruned.root)
    expect([without.code, without.report.unreadable?.code]).toEqual([2, 'source-pruned'])
  })
})

const NO_TIP = { sequence: 1, tip: 'nothing' } as unknown as Checkpoint['cut'][number]
const FAR_TIP = { sequence: 2 ** 40, tip: `%${'A'.repeat(43)}=.sha256` } as Checkpoint['cut'][number]
