import { describe, expect, it } from 'vitest'
import { chainApplication, closeLaneOperations } from '../../../../src/protocol/index.js'
import { decodeRegistry, encodeRegistry } from '../../../../src/protocol/registry/index.js'
import { concat } from '../../../../src/util/index.js'
import { at, forkOf, strangeKey } from '../../../support/protocol/index.js'
import { counterApplication } from '../../../support/simulation/counter-application.js'
import { castOf } from '../../../support/simulation/members.js'
import { hashedSignatures } from '../../../support/simulation/signatures.js'

const cast = castOf({ validators: 4, messagenodes: 1, scheme: hashedSignatures })
const lanes = cast.network.genesis.validators.map(({ roles }) => roles['transaction-validator'])
const application = chainApplication({ application: counterApplication, verify: cast.scheme.verify })
const cut = lanes.map((_, lane) => ({ sequence: lane + 1, tip: strangeKey(`tip ${lane}`) }))

/** Two lanes closed, against the order of their keys, and two proofs on their way. */
const state = (() => {
  const carried = (carrier: number, lane: number, size: number, parts?: number) =>
    closeLaneOperations(...forkOf(cast, lane, { size }), at(lanes, carrier))
      .slice(0, parts)
      .map((bytes) => ({ lane: carrier, bytes }))
  const transactions = [
    ...carried(0, 3, 10),
    ...carried(0, 2, 10),
    ...carried(1, 1, 5700, 3).reverse(),
    ...carried(0, 1, 5700, 1),
  ]
  return application.executeBlock(application.genesis(cast.network), { height: 3, transactions, cut }).state
})()

describe('a registry as bytes', () => {
  const bytes = encodeRegistry(state.registry)

  it('gives back the same registry, in one form', () => {
    const restored = decodeRegistry(cast.network, bytes)
    expect(restored).toEqual(state.registry)
    expect(encodeRegistry(restored)).toEqual(bytes)
    expect([restored.closed.size, restored.pending.length]).toEqual([2, 2])
  })

  it('goes on as the one that it was made from', () => {
    const rest = closeLaneOperations(...forkOf(cast, 1, { size: 5700 }), at(lanes, 1)).slice(3)
    const block = { height: 4, transactions: rest.map((part) => ({ lane: 1, bytes: part })), cut }
    const restored = application.restore(cast.network, application.snapshot(state))
    expect(application.root(application.executeBlock(restored, block).state)).toBe(
      application.root(application.executeBlock(state, block).state),
    )
  })

  const size = bytes.length
  const swapped = concat(
    bytes.subarray(0, 6),
    bytes.subarray(114, 222),
    bytes.subarray(6, 114),
    bytes.subarray(222),
  )
  const bad: readonly (readonly [string, Uint8Array])[] = [
    ['of another epoch', concat(Uint8Array.of(0, 0, 0, 1), bytes.subarray(4))],
    ['cut short', bytes.subarray(0, size - 1)],
    ['with more behind', concat(bytes, Uint8Array.of(0))],
    ['that are none', new Uint8Array(0)],
    ['with lanes out of order', swapped],
  ]

  it.each(bad)('%s is refused', (_name, broken) => {
    expect(() => decodeRegistry(cast.network, broken)).toThrow(
      expect.objectContaining({ code: 'malformed-registry' }) as Error,
    )
  })

  it('stands in front of the application’s own snapshot', () => {
    const snapshot = application.snapshot(state)
    expect(application.root(application.restore(cast.network, snapshot))).toBe(application.root(state))
    for (const broken of [snapshot.subarray(0, 3), concat(Uint8Array.of(255), snapshot.subarray(1))]) {
      expect(() => application.restore(cast.network, broken)).toThrow(
        expect.objectContaining({ code: 'malformed-registry' }) as Error,
      )
    }
  })
})
