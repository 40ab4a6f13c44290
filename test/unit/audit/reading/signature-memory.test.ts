import { describe, expect, it, vi } from 'vitest'

import { SignatureMemory } from '../../../../src/audit/index.js'
import { Numbers } from '../../../../src/audit/reading/numbers.js'
import { u32 } from '../../../../src/util/index.js'
import { arrayMemory } from '../../../support/array-memory.js'

const key = new Uint8Array(32)
const signature = new Uint8Array(64)
const secret = new Uint8Array(32)
/** Good for even numbers. */
const checking = () => vi.fn((_key: Uint8Array, bytes: Uint8Array) => (bytes[3] ?? 1) % 2 === 0)

describe('a memory of good signatures', () => {
  it('checks what is good once, and what is bad each time', () => {
    const check = checking()
    const { verify } = new SignatureMemory(check, secret)
    for (let round = 0; round < 3; round++) {
      expect(verify(key, u32(2), signature)).toBe(true)
      expect(verify(key, u32(3), signature)).toBe(false)
    }
    expect(check).toHaveBeenCalledTimes(4)
  })

  it('tells key, bytes and signature apart', () => {
    const check = checking()
    const { verify } = new SignatureMemory(check, secret)
    verify(key, u32(2), signature)
    verify(key.slice().fill(1), u32(2), signature)
    verify(key, u32(4), signature)
    verify(key, u32(2), signature.slice().fill(1))
    expect(check).toHaveBeenCalledTimes(4)
  })

  it('takes no byte of a signature for one of what is signed', () => {
    const { verify } = new SignatureMemory(() => true, secret)
    const bytes = u32(2)
    expect(verify(key, bytes, signature)).toBe(true)
    const [shorter, longer] = [signature.subarray(1), new Uint8Array([0, ...bytes])]
    expect(verify(key, longer, shorter)).toBe(false)
  })

  it('forgets the oldest, and then checks them again', () => {
    const check = checking()
    const memory = new SignatureMemory(check, secret, 100)
    for (let number = 0; number < 600; number += 2) memory.verify(key, u32(number * 256), signature)
    const before = check.mock.calls.length
    expect(memory.verify(key, u32(598 * 256), signature)).toBe(true)
    expect(check).toHaveBeenCalledTimes(before)
    expect(memory.verify(key, u32(0), signature)).toBe(true)
    expect(check).toHaveBeenCalledTimes(before + 1)
  })

  it('teaches another with the same secret what it found good, and no other one', () => {
    const [first, check, stranger] = [new SignatureMemory(checking(), secret), checking(), checking()]
    const noted = new Numbers()
    const verify = first.noting(noted)
    for (const number of [2, 3, 2]) verify(key, u32(number), signature)
    const news = noted.all()
    expect(news).toHaveLength(4)
    const second = new SignatureMemory(check, first.secret)
    second.learn(news)
    expect(second.verify(key, u32(2), signature)).toBe(true)
    expect(check).not.toHaveBeenCalled()
    const other = new SignatureMemory(stranger, new Uint8Array(32).fill(1))
    other.learn(news)
    other.verify(key, u32(2), signature)
    expect(stranger).toHaveBeenCalledTimes(1)
  })

  it('keeps a few bytes of each, and no memory that others have used', () => {
    const { verify } = new SignatureMemory(() => true, secret)
    const before = arrayMemory()
    for (let number = 0; number < 100_000; number++) verify(key, u32(number), signature)
    expect(arrayMemory() - before).toBeLessThan(8 * 1024 * 1024)
  })
})
