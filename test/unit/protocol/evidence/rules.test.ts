import { describe, expect, it } from 'vitest'
import type { FeedMessage } from '../../../../src/feeds/index.js'
import {
  type Charge,
  chargesOfMessage,
  chargesOfPair,
  EVIDENCE_CODES,
  lawOf,
} from '../../../../src/protocol/index.js'
import { EVIDENCE_CASES, SignedScene } from '../../../support/evidence/index.js'

/** Every code by what proves it, and by what looks like it and proves nothing. */
const judge = (scene: SignedScene, [a, b]: readonly FeedMessage[]): readonly Charge[] => {
  const law = lawOf(scene.network, scene.cast.scheme.verify)
  if (!a) return []
  return b ? chargesOfPair(law, a, b) : chargesOfMessage(law, a)
}

const kindsOf = (scene: SignedScene, { culprits }: Charge): readonly string[] =>
  culprits.map(({ owner, role }) => {
    const kind = scene.network.members.find(({ id }) => id === owner)?.kind
    return `${kind}/${role}`
  })

describe('the rules of evidence', () => {
  it.each(EVIDENCE_CASES)('$code: $name', ({ code, guilty, messages }) => {
    const scene = new SignedScene()
    const given = messages(scene)
    for (const order of [given, [...given].reverse()]) {
      const found = judge(scene, order).find((charge) => charge.code === code)
      expect(found && kindsOf(scene, found)).toEqual(guilty ?? undefined)
    }
  })

  it('find nothing else in what proves nothing', () => {
    for (const { guilty, messages, name } of EVIDENCE_CASES) {
      if (guilty !== null || name.includes('not signed') || name.includes('below the quorum')) continue
      const scene = new SignedScene()
      const codes = judge(scene, messages(scene)).map(({ code }) => code)
      expect([name, codes]).toEqual([name, []])
    }
  })

  it('name more than f validators in conflicting certificates', () => {
    const charges = EVIDENCE_CASES.filter(({ code, guilty }) => code === 'conflicting-certificates' && guilty)
    for (const { messages } of charges) {
      const scene = new SignedScene()
      const [found] = judge(scene, messages(scene))
      expect(found?.culprits.length).toBeGreaterThan(scene.network.genesis.faulty)
      expect(found?.culprits.map(({ owner }) => owner)).toEqual([1, 2].map((i) => scene.validator(i).id))
    }
  })

  it('have a case for every code', () => {
    const proved = new Set(EVIDENCE_CASES.filter(({ guilty }) => guilty).map(({ code }) => code))
    expect([...proved].sort()).toEqual(Object.keys(EVIDENCE_CODES).sort())
  })

  it('judge no stranger and no observer', () => {
    const scene = new SignedScene()
    const law = lawOf(scene.network, scene.cast.scheme.verify)
    const none = { ...law, registry: { ...law.registry, placeOf: () => undefined } }
    const first = scene.write(scene.validator(0).roles.committer, { type: 'junk', code: 'unknown-type' })
    expect([chargesOfMessage(law, first).length, chargesOfMessage(none, first)]).toEqual([1, []])
  })
})
