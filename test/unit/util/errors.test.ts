import { describe, expect, it } from 'vitest'
import {
  ACCEPT,
  assert,
  AssertionError,
  CodedError,
  ignore,
  isCoded,
  reject,
  unreachable,
} from '../../../src/util/index.js'

describe('our own bugs', () => {
  it('crash', () => {
    expect(() => assert(true, 'holds')).not.toThrow()
    expect(() => assert(0, 'a number is no proof')).toThrow(new AssertionError('a number is no proof'))
    expect(() => unreachable('left' as never)).toThrow(new AssertionError('unreachable: "left"'))
  })
})

describe('coded errors', () => {
  it('carry code, facts and cause', () => {
    const cause = new Error('disk')
    const error = new CodedError('no-room', 'the disk is full', { free: 0 }, { cause })
    expect(error).toMatchObject({ name: 'CodedError', code: 'no-room', data: { free: 0 }, cause })
    expect(error).toBeInstanceOf(Error)
  })

  it('are told apart by code', () => {
    const error: unknown = new CodedError('no-room', 'the disk is full')
    expect(isCoded(error)).toBe(true)
    expect(isCoded(error, 'no-room')).toBe(true)
    expect(isCoded(error, 'no-time')).toBe(false)
    expect(isCoded(new Error('no-room'))).toBe(false)
    expect(isCoded(null)).toBe(false)
  })
})

describe('verdicts', () => {
  it('leave code and facts unless they accept', () => {
    expect(ACCEPT).toEqual({ verdict: 'accept' })
    expect(ignore('early')).toEqual({ verdict: 'ignore', code: 'early', facts: {} })
    expect(reject('wrong', { height: 3 })).toEqual({ verdict: 'reject', code: 'wrong', facts: { height: 3 } })
  })
})
