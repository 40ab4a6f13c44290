import { afterAll, beforeAll, expect, it } from 'vitest'

import type { HealthAnswer } from '../../src/api/index.js'
import type { Hash } from '../../src/feeds/index.js'
import { utf8 } from '../../src/util/index.js'
import { TestAccount } from '../support/account.js'
import { eventually, LiveNetwork, runCommand } from '../support/live-network/index.js'

/** What health says of nodes whose clock is wrong, and whose peers are gone, all of it brought about for real. */
const alice = new TestAccount('alice')
const SLOW_BY_MS = 3_600_000
/** Loaded into the process of one node before anything else: its clock is an hour behind. */
const SLOW_CLOCK = `data:text/javascript,const now = Date.now; Date.now = () => now() - ${SLOW_BY_MS}`

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.create({
    validators: 1,
    messagenodes: 3,
    balances: new Map([[alice.id, 1_000n]]),
  })
  await network.start(...network.messagenodes)
  const before = process.env['NODE_OPTIONS']
  process.env['NODE_OPTIONS'] = `--import "${SLOW_CLOCK}"`
  await network.start('validator-1').finally(() => {
    if (before === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = before
  })
  await network.ready()
})

afterAll(() => network.close())

const urlOf = (name: string): string => network.member(name).addresses.http ?? ''

const healthOf = async (name: string): Promise<HealthAnswer & { readonly status: number }> => {
  const response = await fetch(`${urlOf(name)}/v1/health`)
  return { status: response.status, ...((await response.json()) as HealthAnswer) }
}

it('all is well: 200, on both kinds of node', async () => {
  for (const name of network.nodes) {
    expect(await healthOf(name)).toMatchObject({ status: 200, healthy: true, problems: [], behindHeights: 0 })
  }
})

it('a clock that differs from those of the others is hinted at, on the node whose clock it is', async () => {
  const client = network.client(['validator-1'])
  const health = await eventually('the hint', async () => {
    const { hash } = await client.submit(alice.record(network.network.chainId, utf8('tick')))
    await client.waitFor(hash as Hash, 'sealed')
    const answer = await healthOf('validator-1')
    return answer.hints.length > 0 ? answer : undefined
  })
  expect(health).toMatchObject({ status: 200, healthy: true, hints: ['clock-off'] })
  expect(Math.abs((health.clockOffsetMs ?? 0) - SLOW_BY_MS)).toBeLessThan(2_000)
  expect((await healthOf('messagenode-1')).hints).toEqual([])
})

it('fewer than f_m + 1 Messagenodes: 503 partitioned, with figures, until they are back', async () => {
  await network.kill('messagenode-2')
  await network.kill('messagenode-3')
  const cut = await eventually('the validator notices', async () => {
    const answer = await healthOf('validator-1')
    return answer.healthy ? undefined : answer
  })
  expect(cut).toMatchObject({
    status: 503,
    problems: ['partitioned'],
    details: { partitioned: { messagenodes: { reached: 1, needed: 2 } } },
  })
  expect(await healthOf('messagenode-1')).toMatchObject({ status: 503, problems: ['partitioned'] })
  const words = ['status', '--network', network.networkFile, '--node', urlOf('validator-1')]
  expect((await runCommand(words)).out).toContain('partitioned')

  await network.start('messagenode-2')
  await eventually('it is well again', async () => (await healthOf('validator-1')).healthy || undefined)
})
