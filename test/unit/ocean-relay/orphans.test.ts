import { describe, expect, it } from 'vitest'
import { Orphans } from '../../../src/ocean-relay/orphans.js'

const orphan = (txid: string, ...parents: string[]) => ({ txid, parents, value: txid })

describe('orphans', () => {
  it('come out with any of their parents, once', () => {
    const orphans = new Orphans<string>(4)
    orphans.add(orphan('c', 'a', 'b'))
    orphans.add(orphan('d', 'a'))
    expect(orphans.childrenOf('a')).toEqual(['c', 'd'])
    expect(orphans.childrenOf('b')).toEqual([])
    expect(orphans.size).toBe(0)
  })

  it('make room, the oldest first', () => {
    const orphans = new Orphans<string>(2)
    for (const txid of ['b', 'c', 'd']) orphans.add(orphan(txid, 'a'))
    expect(orphans.childrenOf('a')).toEqual(['c', 'd'])
  })

  it('are forgotten where a block had them', () => {
    const orphans = new Orphans<string>(2)
    orphans.add(orphan('b', 'a'))
    orphans.drop('b')
    expect(orphans.childrenOf('a')).toEqual([])
  })
})
