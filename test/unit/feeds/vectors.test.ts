import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readVectors } from '../../support/read-vectors.js'
import { vectorFiles } from '../../support/vectors/files.js'

describe('the vectors', () => {
  const made = vectorFiles()

  it.each(Object.keys(made))('%s stands as its maker writes it', (name) => {
    expect(readVectors(name)).toEqual(JSON.parse(JSON.stringify(made[name])))
  })

  it('of messages have a maker each', () => {
    const stored = readdirSync(new URL('../../vectors/messages', import.meta.url))
    const expected = Object.keys(made).filter((name) => name.startsWith('messages/'))
    expect(stored.map((file) => `messages/${file.replace('.json', '')}`).sort()).toEqual(expected.sort())
  })
})
