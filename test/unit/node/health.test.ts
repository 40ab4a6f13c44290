import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { FeedId, FeedMessage } from '../../../src/feeds/index.js'
import { codeOf, diskOf, DiskWatch, type HealthFacts, judgeHealth } from '../../../src/node/health/index.js'
import { PeerClocks } from '../../../src/node/health/peer-clocks.js'
import { PeerHeights } from '../../../src/node/health/peer-heights.js'
import { CodedError } from '../../../src/util/index.js'
import { testNetwork } from '../../support/network.js'
import { temporaryDirectory } from '../../support/temporary.js'

const { network } = testNetwork({ validators: 4, messagenodes: 3 })
const { validators, messagenodes } = network.genesis
const idOf = (member: { readonly id: FeedId } | undefined): FeedId => member?.id ?? network.registrar

const WELL: HealthFacts = {
  self: idOf(validators[0]),
  epoch: network.genesis,
  faultyMessagenodes: 1,
  started: true,
  halted: null,
  laneClosed: false,
  peers: messagenodes.map(idOf),
  decidedHeight: 100,
  highestHeight: 100,
  disk: null,
  clockOffsetMs: null,
  stalledFeeds: 0,
}
const asMessagenode = (peers: readonly FeedId[]): Partial<HealthFacts> => ({
  self: idOf(messagenodes[0]),
  peers,
})

it('is well when nothing is wrong', () => {
  expect(judgeHealth(WELL)).toEqual({ problems: [], hints: [], behindHeights: 0, clockOffsetMs: null })
})

describe('what is a problem', () => {
  const voters = validators.map(idOf)
  const cases: readonly [string, Partial<HealthFacts>, readonly string[]][] = [
    ['own feeds are not recovered', { started: false }, ['not-ready']],
    ['it halted', { halted: 'diverged-state' }, ['halted']],
    ['the chain has closed its lane', { laneClosed: true }, ['lane-closed']],
    ['nobody is connected', { peers: [] }, ['no-peers']],
    ['a validator reaches f_m Messagenodes', { peers: [idOf(messagenodes[1])] }, ['partitioned']],
    ['a validator reaches f_m + 1', { peers: messagenodes.slice(1).map(idOf) }, []],
    ['a Messagenode reaches no other', asMessagenode(voters), ['partitioned']],
    [
      'a Messagenode reaches f_m others and a quorum',
      asMessagenode([idOf(messagenodes[1]), ...voters.slice(1)]),
      [],
    ],
    ['and no quorum', asMessagenode([idOf(messagenodes[1]), ...voters.slice(2)]), ['partitioned']],
    ['it is as far back as heights may be open', { highestHeight: 109 }, []],
    ['it is farther back', { highestHeight: 110 }, ['behind']],
    ['it is ahead of what it heard', { highestHeight: 0 }, []],
    ['the disk is full', { disk: { kind: 'full', freeBytes: 0, error: 'ENOSPC' } }, ['disk-full']],
    ['the disk fails', { disk: { kind: 'failing', freeBytes: null, error: 'EIO' } }, ['disk-failing']],
  ]
  it.each(cases)('%s', (_name, facts, codes) => {
    expect(judgeHealth({ ...WELL, ...facts }).problems.map(({ code }) => code)).toEqual(codes)
  })

  it('comes with its figures', () => {
    expect(judgeHealth({ ...WELL, highestHeight: 150 })).toMatchObject({
      problems: [{ code: 'behind', data: { heights: 50 } }],
      behindHeights: 50,
    })
    expect(judgeHealth({ ...WELL, peers: [idOf(messagenodes[1])] }).problems[0]?.data).toEqual({
      messagenodes: { reached: 1, needed: 2 },
    })
  })
})

it.each([
  ['clocks that differ a little', { clockOffsetMs: -4_000 }, []],
  ['clocks that differ much', { clockOffsetMs: -6_000 }, ['clock-off']],
  ['feeds that stand still', { stalledFeeds: 2 }, ['stalled-feeds']],
])('hints only: %s', (_name, facts, codes) => {
  const { problems, hints } = judgeHealth({ ...WELL, ...facts })
  expect([problems, hints.map(({ code }) => code)]).toEqual([[], codes])
})

describe('how high the chain is', () => {
  const feedOf = (index: number): FeedId => messagenodes[index]?.roles['commit-counter'] ?? network.registrar
  const committed = (index: number, height: number) =>
    ({ author: feedOf(index), body: { type: 'committed', height } }) as FeedMessage
  const heightsOf = (faultyMessagenodes: number, claims = new Map<FeedId, [FeedId, number][]>()) =>
    new PeerHeights({ faultyMessagenodes, held: () => 10, claims: (feed) => claims.get(feed) ?? [] })

  it('is what f_m + 1 of the others have reached, whatever f_m claim', () => {
    const heights = heightsOf(1)
    heights.hear(committed(0, 1_000_000))
    heights.hear(committed(1, 7))
    heights.hear(committed(1, 5))
    expect(heights.highest(messagenodes.slice(0, 2))).toBe(7)
    expect(heights.highest(messagenodes)).toBe(7)
  })

  it('counts what the owner of a feed holds beyond us, and nobody else says', () => {
    const feed = feedOf(0)
    const claims = new Map<FeedId, [FeedId, number][]>([
      [
        feed,
        [
          [idOf(messagenodes[0]), 35],
          [idOf(messagenodes[1]), 1_000_000],
        ],
      ],
    ])
    const heights = heightsOf(0, claims)
    heights.hear(committed(0, 20))
    expect(heights.highest(messagenodes)).toBe(45)
  })

  it('is nothing as long as nobody says anything', () => {
    expect([heightsOf(1).highest([]), heightsOf(1).highest(messagenodes)]).toEqual([0, 0])
  })
})

describe('the clocks of the others', () => {
  const ids = validators.map(idOf)
  it('say nothing until three members were heard of late', () => {
    const clocks = new PeerClocks()
    for (const id of ids.slice(0, 2)) clocks.note(id, 8_000, 1_000)
    expect(clocks.offsetMs(1_000)).toBeNull()
    clocks.note(idOf(validators[2]), 8_000, 1_000)
    expect(clocks.offsetMs(1_000)).toBe(7_000)
    expect(clocks.offsetMs(400_000)).toBeNull()
  })

  it('are not moved by a minority', () => {
    const clocks = new PeerClocks()
    for (const [index, id] of ids.entries()) clocks.note(id, index === 0 ? 1e15 : 999, 1_000)
    expect(clocks.offsetMs(1_000)).toBe(-1)
  })
})

describe('the disk', () => {
  const plenty = { freeBytes: async () => 1e12, tryToWrite: async () => undefined }

  it('is failing from a failed write on until one succeeds', async () => {
    const disk = new DiskWatch({ ...plenty, tryToWrite: () => Promise.reject(new CodedError('x', 'y')) })
    expect(disk.trouble()).toBeNull()
    disk.wrote('EIO')
    await disk.look()
    expect(disk.trouble()).toEqual({ kind: 'failing', freeBytes: 1e12, error: 'x' })
    disk.wrote(null)
    expect(disk.trouble()).toBeNull()
  })

  it('is well again once something can be written, though the node has nothing to write', async () => {
    const disk = new DiskWatch(plenty)
    disk.wrote('EIO')
    await disk.look()
    expect(disk.trouble()).toBeNull()
  })

  it('is full before writes fail, and when they fail for want of room', async () => {
    const nearlyFull = new DiskWatch({ ...plenty, freeBytes: async () => 1e6 })
    await nearlyFull.look()
    expect(nearlyFull.trouble()?.kind).toBe('full')
    const full = new DiskWatch(plenty)
    full.wrote('ENOSPC')
    expect(full.trouble()?.kind).toBe('full')
  })

  it('is a real one: what stands in the way of writing is told, and gone with it', async () => {
    const directory = await temporaryDirectory()
    const disk = new DiskWatch(diskOf(directory))
    await disk.look()
    expect(disk.trouble()).toBeNull()
    disk.wrote('EIO')
    await mkdir(join(directory, 'disk-probe'))
    await disk.look()
    expect(disk.trouble()).toMatchObject({ kind: 'failing', error: 'EISDIR' })
  })

  it('is named by the system, where the system failed', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    expect(codeOf(new CodedError('wal-write-failed', 'x', {}, { cause: full }))).toBe('ENOSPC')
    expect(codeOf(new CodedError('wal-broken', 'x'))).toBe('wal-broken')
  })
})
