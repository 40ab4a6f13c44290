import { expect, it } from 'vitest'
import { LiveMembership } from '../../../../plugins/registry-admission/index.js'
import { registryFrom, registryOf } from '../../../../src/roles/index.js'
import { testNetwork } from '../../../support/network.js'

it('tells its listeners of every set change until they leave', () => {
  const { network } = testNetwork()
  const genesis = registryOf(network)
  const next = registryFrom(1, network.members.slice(1))
  const membership = new LiveMembership(genesis)
  const seen: number[] = []
  const leave = membership.onChange((registry) => seen.push(registry.epoch.number))
  expect(membership.current()).toBe(genesis)
  membership.update(next)
  expect(membership.current()).toBe(next)
  leave()
  membership.update(genesis)
  expect(seen).toEqual([1])
})
