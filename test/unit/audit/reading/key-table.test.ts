import { describe, expect, it } from 'vitest'

import { KeyTable } from '../../../../src/audit/reading/key-table.js'
import { type MessageKey, messageKeyOf, sha256 } from '../../../../src/feeds/index.js'
import { u32 } from '../../../../src/util/index.js'

const keyOf = (number: number): MessageKey => messageKeyOf(sha256(u32(number)))

describe('a table of keys', () => {
  it('finds every key by its row, over several sizes, and nothing else', () => {
    const table = new KeyTable()
    const keys = Array.from({ length: 5000 }, (_, number) => keyOf(number))
    expect(keys.map((key) => table.add(key))).toEqual(keys.map((_, row) => row))
    expect(keys.map((key) => table.rowOf(key))).toEqual(keys.map((_, row) => row))
    expect([table.keyAt(0), table.keyAt(4999), table.size]).toEqual([keys[0], keys[4999], 5000])
    for (let number = 5000; number < 6000; number++) expect(table.rowOf(keyOf(number))).toBeUndefined()
  })

  it('tells keys apart that differ in one bit', () => {
    const table = new KeyTable()
    const bytes = sha256(u32(1))
    table.add(messageKeyOf(bytes))
    for (let bit = 0; bit < 256; bit++) {
      const other = bytes.slice()
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(table.rowOf(messageKeyOf(other))).toBeUndefined()
    }
  })
})
