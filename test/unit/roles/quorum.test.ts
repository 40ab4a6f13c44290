import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { faultyMessagenodesOf, faultyOf, quorumOf } from '../../../src/roles/index.js'

describe('thresholds', () => {
  test.each([
    [1, 0, 1],
    [2, 0, 2],
    [3, 0, 3],
    [4, 1, 3],
    [5, 1, 4],
    [6, 1, 5],
    [7, 2, 5],
    [10, 3, 7],
    [100, 33, 67],
  ])('%i validators tolerate %i and take %i signatures', (validators, faulty, quorum) => {
    expect(faultyOf(validators)).toBe(faulty)
    expect(quorumOf(validators)).toBe(quorum)
  })

  test.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 1],
    [16, 7],
  ])('%i Messagenodes: %i may be faulty', (messagenodes, faulty) => {
    expect(faultyMessagenodesOf(messagenodes)).toBe(faulty)
  })

  it('leaves two quorums a correct validator in common, and the correct ones a quorum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (validators) => {
        const [faulty, quorum] = [faultyOf(validators), quorumOf(validators)]
        return 2 * quorum - validators >= faulty + 1 && validators - faulty >= quorum
      }),
    )
  })
})
