import { expect, it } from 'vitest'

import { decodeLine, encodeLine, type HeaderLine } from '../../../src/archive/lines.js'
import { testNetwork } from '../../support/network.js'

const { network } = testNetwork()
const member = network.members[0]?.id ?? network.registrar

const headerOf = (name: string): HeaderLine => ({
  type: 'header',
  format: 'blockfin-archive',
  version: 1,
  networkId: network.networkId,
  chainId: network.chainId,
  replicas: [{ name, member, messages: 0, evidence: 0 }],
})

const decoded = (name: string) => decodeLine(Buffer.from(encodeLine(headerOf(name))))

it.each(['a', 'validator-1', 'Bank_A.B-1', '9'.repeat(64)])(
  'a replica may have any name of a member: %s',
  (name) => {
    expect(decoded(name)).toEqual(headerOf(name))
  },
)

it.each(['', '.a', 'a/b', 'a b', 'é', 'a'.repeat(65)])('and no other: %j', (name) => {
  expect(() => decoded(name)).toThrow(expect.objectContaining({ code: 'archive-corrupt' }) as Error)
})
