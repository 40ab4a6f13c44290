import { describe, expect, it } from 'vitest'
import {
  type ClassicMessage,
  type FeedId,
  type LaneTip,
  messageKeyOfValue,
  NO_MESSAGE,
} from '../../../../src/feeds/index.js'
import {
  chainApplication,
  type ChainState,
  closedLanes,
  closeLaneOperations,
  decodeOperation,
  type RegistryState,
} from '../../../../src/protocol/index.js'
import { type CloseLane, encodeCloseLane, forkProofHash } from '../../../../src/protocol/registry/index.js'
import { assert, concat } from '../../../../src/util/index.js'
import { at, forkOf, strangeHash, strangeKey } from '../../../support/protocol/index.js'
import {
  counterApplication,
  type CounterState,
  counterTransaction,
} from '../../../support/simulation/counter-application.js'
import { castOf } from '../../../support/simulation/members.js'
import { hashedSignatures } from '../../../support/simulation/signatures.js'

const cast = castOf({ validators: 4, messagenodes: 1, scheme: hashedSignatures })
const lanes = cast.network.genesis.validators.map(({ roles }) => roles['transaction-validator'])
const application = chainApplication({ application: counterApplication, verify: cast.scheme.verify })
const genesis = application.genesis(cast.network)
const cut: readonly LaneTip[] = lanes.map((_, lane) => ({
  sequence: lane + 1,
  tip: strangeKey(`tip ${lane}`),
}))

type State = ChainState<CounterState>
type Placed = { readonly lane: number; readonly bytes: Uint8Array }

/** One block, and the names of its codes. */
const run = (state: State, height: number, ...transactions: Placed[]) => {
  const execution = application.executeBlock(state, { height, transactions, cut })
  return {
    state: execution.state,
    names: [...execution.codes].map((code) => application.describe(code).name),
  }
}

const carriedBy = (carrier: number, [a, b]: readonly [ClassicMessage, ClassicMessage]): Placed[] =>
  closeLaneOperations(a, b, at(lanes, carrier)).map((bytes) => ({ lane: carrier, bytes }))

/** A proof against this lane in five parts: two messages of nearly the largest size. */
const largeFork = (lane: number) => forkOf(cast, lane, { size: 5700 })

const closed = (state: State): FeedId[] => closedLanes(state).map(({ lane }) => lane)

describe('a proof that fits one transaction', () => {
  it('closes the lane where the block leaves it', () => {
    const [a, b] = forkOf(cast, 2)
    const [operation] = carriedBy(0, [a, b])
    assert(operation, 'a proof has a part')
    const { state, names } = run(genesis, 7, operation)
    expect(names).toEqual(['executed'])
    const decoded = decodeOperation(operation.bytes)
    assert(typeof decoded !== 'string', 'it decodes')
    expect(closedLanes(state)).toEqual([
      { lane: at(lanes, 2), ...at(cut, 2), height: 7, proof: decoded.proof },
    ])
  })

  it('is the same whichever message comes first', () => {
    const [a, b] = forkOf(cast, 2)
    expect(carriedBy(0, [a, b])).toEqual(carriedBy(0, [b, a]))
  })

  it('leaves the application alone, and its transactions their codes', () => {
    const first = { lane: 0, bytes: counterTransaction(1, false) }
    const marked = { lane: 1, bytes: counterTransaction(2, true) }
    const fork = carriedBy(1, forkOf(cast, 3))
    const mixed = run(genesis, 1, first, ...fork, marked, { ...first, lane: 2 })
    const plain = run(genesis, 1, first, marked, first)
    expect(mixed.names).toEqual(['executed', 'executed', 'marked', 'duplicate'])
    expect(mixed.state.application).toEqual(plain.state.application)
    expect(application.root(mixed.state)).not.toBe(application.root(plain.state))
  })
})

describe('a proof in parts', () => {
  const parts = carriedBy(0, largeFork(2))

  it('takes as many as two maximal messages need', () => {
    expect(parts.map(({ bytes }) => bytes.length)).toEqual([4096, 4096, 4096, 4096, expect.any(Number)])
  })

  it('closes the lane with the last of them, in any order and over several blocks', () => {
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
    ]) {
      let state = genesis
      for (const [index, part] of order.entries()) {
        expect(closed(state)).toEqual([])
        const next = run(state, index + 1, at(parts, part))
        expect(next.names).toEqual(['executed'])
        state = next.state
      }
      expect(closed(state)).toEqual([at(lanes, 2)])
      expect(state.registry.pending).toEqual([])
    }
  })

  it('counts each part once', () => {
    const { state, names } = run(genesis, 1, at(parts, 0), at(parts, 0), at(parts, 1))
    expect(names).toEqual(['executed', 'duplicate-part', 'executed'])
    const roots = [genesis, run(genesis, 1, at(parts, 0)).state, state].map(({ registry }) => registry.root)
    expect(new Set(roots).size).toBe(3)
    expect(run(state, 2, at(parts, 1), at(parts, 2)).names).toEqual(['duplicate-part', 'executed'])
  })

  it('comes together though another proof is carried between its parts', () => {
    const other = carriedBy(0, largeFork(3))
    const mixed = parts.flatMap((part, index) => [part, at(other, index)])
    expect(closed(run(genesis, 1, ...mixed).state).sort()).toEqual([at(lanes, 2), at(lanes, 3)].sort())
  })

  it('comes together in the lane that it names only', () => {
    const elsewhere = parts.map(({ bytes }) => ({ lane: 1, bytes }))
    expect(run(genesis, 1, ...elsewhere).names).toEqual(parts.map(() => 'wrong-carrier'))
    const halves = [...parts.slice(0, 2), ...carriedBy(1, largeFork(2)).slice(2)]
    expect(closed(run(genesis, 1, ...halves).state)).toEqual([])
  })

  it('is not spoiled by what another lane carries under its name', () => {
    const decoded = decodeOperation(at(parts, 1).bytes)
    assert(typeof decoded !== 'string', 'it decodes')
    const spoiled = encodeCloseLane({ ...decoded, carrier: at(lanes, 1), bytes: Uint8Array.of(1) })
    const { state } = run(genesis, 1, at(parts, 0), { lane: 1, bytes: spoiled }, ...parts.slice(1))
    expect(closed(state)).toEqual([at(lanes, 2)])
  })

  it('is dropped if it proves nothing, and may come again', () => {
    const decoded = decodeOperation(at(parts, 1).bytes)
    assert(typeof decoded !== 'string', 'it decodes')
    const wrong = encodeCloseLane({ ...decoded, bytes: decoded.bytes.map((byte) => byte ^ 1) })
    const junk = [at(parts, 0), { lane: 0, bytes: wrong }, ...parts.slice(2)]
    const { state, names } = run(genesis, 1, ...junk)
    expect(names).toEqual(['executed', 'executed', 'executed', 'executed', 'invalid-proof'])
    expect(application.root(state)).toBe(application.root(run(genesis, 1).state))
    expect(closed(run(state, 2, ...parts).state)).toEqual([at(lanes, 2)])
  })

  it('is forgotten a hundred heights after its first part', () => {
    const begun = run(genesis, 5, ...parts.slice(0, 4)).state
    expect(closed(run(begun, 105, at(parts, 4)).state)).toEqual([at(lanes, 2)])
    const late = run(begun, 106, at(parts, 4))
    expect([late.names, closed(late.state)]).toEqual([['executed'], []])
    expect(run(begun, 106).state.registry.root).toBe(genesis.registry.root)
  })
})

describe('what proves nothing', () => {
  const [a, b] = forkOf(cast, 2)
  const [c] = forkOf(cast, 3)
  const forged = { ...b, signature: a.signature }
  const next = at(forkOf(cast, 2, { sequence: 2, previous: messageKeyOfValue(a) }), 0)
  const later = at(forkOf(cast, 2, { sequence: 3, previous: strangeKey('second') }), 0)
  const cases: readonly (readonly [string, readonly [ClassicMessage, ClassicMessage]])[] = [
    ['one message twice', [a, a]],
    ['messages of two authors', [a, c]],
    ['a message and the one that follows it', [a, next]],
    ['messages that others stand between', [a, later]],
    ['a forged signature', [a, forged]],
  ]

  it.each(cases)('%s', (_name, pair) => {
    const { state, names } = run(genesis, 1, ...carriedBy(0, pair))
    expect([names, state.registry.root]).toEqual([['invalid-proof'], genesis.registry.root])
  })

  const good = decodeOperation(at(carriedBy(0, [a, b]), 0).bytes)
  assert(typeof good !== 'string', 'it decodes')
  const spaced = concat(good.bytes, Uint8Array.of(0x20))
  const changes: readonly (readonly [string, Partial<CloseLane>])[] = [
    ['a good proof against another lane', { lane: at(lanes, 3) }],
    ['a good proof under another name', { proof: strangeHash('proof') }],
    ['a proof in another form than the one', { bytes: spaced, proof: forkProofHash(spaced) }],
    [
      'a size beyond the bytes',
      { bytes: Uint8Array.of(0, 9, 1), proof: forkProofHash(Uint8Array.of(0, 9, 1)) },
    ],
    ['half a size', { bytes: Uint8Array.of(0), proof: forkProofHash(Uint8Array.of(0)) }],
    [
      'no text',
      { bytes: Uint8Array.of(0, 1, 255, 255), proof: forkProofHash(Uint8Array.of(0, 1, 255, 255)) },
    ],
  ]

  it.each(changes)('%s', (_name, change) => {
    const operation = { lane: 0, bytes: encodeCloseLane({ ...good, ...change }) }
    expect(run(genesis, 1, operation).names).toEqual(['invalid-proof'])
  })
})

describe('an operation about no lane', () => {
  it('is refused, and one carried by no lane', () => {
    const larger = castOf({ validators: 5, messagenodes: 1, scheme: hashedSignatures })
    const strangers = larger.network.genesis.validators.map(({ roles }) => roles['transaction-validator'])
    const stranger = forkOf(
      larger,
      strangers.findIndex((feed) => !lanes.includes(feed)),
    )
    const strange = stranger[0].author
    expect(run(genesis, 1, ...carriedBy(0, stranger)).names).toEqual(['unknown-lane'])
    const [operation] = closeLaneOperations(...forkOf(cast, 2), strange)
    assert(operation, 'a proof has a part')
    const { state, codes } = application.execute(genesis, [operation], 1)
    expect([[...codes], state.registry]).toEqual([[243], genesis.registry])
  })
})

describe('a closed lane', () => {
  it('is closed once, and forgets what else was under way against it', () => {
    const begun = run(genesis, 1, ...carriedBy(1, largeFork(2)).slice(0, 2)).state
    expect(begun.registry.pending).toHaveLength(1)
    const { state } = run(begun, 2, ...carriedBy(0, forkOf(cast, 2)))
    expect(state.registry.pending).toEqual([])
    const again = run(state, 3, ...carriedBy(1, largeFork(2)))
    expect(again.names).toEqual(Array.from({ length: 5 }, () => 'lane-closed'))
    expect(again.state.registry).toBe(state.registry)
  })

  it('stands where the block that closes it leaves it, whatever closes it twice', () => {
    const { state, names } = run(genesis, 4, ...carriedBy(0, forkOf(cast, 2)), ...carriedBy(1, largeFork(2)))
    expect(names.slice(0, 2)).toEqual(['executed', 'lane-closed'])
    expect(closedLanes(state)).toHaveLength(1)
    expect(closedLanes(state)[0]).toMatchObject(at(cut, 2))
  })
})

describe('what is pending', () => {
  it('is two proofs of one lane at most: one more pushes out its oldest, and nobody else’s', () => {
    const proofs = [0, 1, 2].map((sequence) =>
      carriedBy(0, forkOf(cast, 2, { sequence: sequence + 2, previous: strangeKey('x'), size: 5700 })),
    )
    const others = carriedBy(1, largeFork(3))
    const starts = [at(others, 0), ...proofs.map((parts) => at(parts, 0))]
    const { state } = run(genesis, 1, ...starts)
    expect(pendingOf(state.registry)).toEqual([at(lanes, 1), at(lanes, 0), at(lanes, 0)])
    expect(run(state, 2, ...at(proofs, 0).slice(1)).names.at(-1)).toBe('executed')
    expect(closed(run(state, 2, ...at(proofs, 0).slice(1)).state)).toEqual([])
    expect(closed(run(state, 2, ...others.slice(1)).state)).toEqual([at(lanes, 3)])
    expect(closed(run(state, 2, ...at(proofs, 2).slice(1)).state)).toEqual([at(lanes, 2)])
  })

  const pendingOf = ({ pending }: RegistryState) => pending.map(({ carrier }) => carrier)
})

describe('before publishing', () => {
  it('an operation is checked like any transaction, and tried without a cut', () => {
    const parts = carriedBy(0, largeFork(2)).map(({ bytes }) => bytes)
    expect(parts.map((bytes) => application.check(genesis, bytes, 1))).toEqual([0, 0, 0, 0, 0])
    const { state, codes } = application.execute(genesis, parts, 1)
    expect([...codes]).toEqual([0, 0, 0, 0, 0])
    expect(closedLanes(state)).toMatchObject([{ sequence: 0, tip: NO_MESSAGE }])
    expect(application.check(state, at(parts, 0), 2)).toBe(244)
    expect(application.check(genesis, at(parts, 0).subarray(0, 60), 1)).toBe(240)
  })
})
