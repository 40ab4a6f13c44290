import { describe, expect, it, vi } from 'vitest'
import {
  type CertificateBody,
  certificateRoot,
  type Electorate,
  encodeBody,
  parseContent,
  type SkipCertificateBody,
  stageKey,
  stageOf,
  verifyCertificate,
} from '../../../src/feeds/index.js'
import { ACCEPT } from '../../../src/util/index.js'
import { readVectors } from '../../support/read-vectors.js'
import { verifySignature } from '../../support/vectors/naive.js'

type Certificate = CertificateBody | SkipCertificateBody

interface Vectors {
  readonly electorate: Electorate
  readonly valid: readonly { readonly name: string; readonly body: Certificate }[]
  readonly invalid: readonly { readonly name: string; readonly code: string; readonly body: Certificate }[]
}
const { electorate, valid, invalid } = readVectors('certificates') as Vectors

describe('verifyCertificate', () => {
  it.each(valid)('accepts $name', ({ body }) => {
    expect(verifyCertificate(body, electorate, verifySignature)).toEqual(ACCEPT)
  })

  it.each(valid)('accepts $name after a journey through a feed', ({ body }) => {
    const parsed = parseContent(JSON.parse(JSON.stringify(encodeBody(body))))
    expect(parsed).toEqual(body)
    expect(verifyCertificate(parsed as Certificate, electorate, verifySignature)).toEqual(ACCEPT)
  })

  it.each(invalid)('refuses $name: $code', ({ body, code }) => {
    expect(verifyCertificate(body, electorate, verifySignature)).toMatchObject({ verdict: 'reject', code })
  })

  it.each(valid)('$name: a flipped bit in any signature is found', ({ body }) => {
    const stage = stageOf(body)
    body.signatures.forEach((signature, place) => {
      const raw = Buffer.from(signature, 'base64')
      raw[7 * place] = (raw[7 * place] ?? 0) ^ 1
      const signatures = body.signatures.with(place, raw.toString('base64') as typeof signature)
      const entries = body.signers.map((index, i) => ({
        index,
        roleKey: stageKey(electorate, stage, index) ?? missing(),
        signature: signatures[i] ?? missing(),
      }))
      const forged = { ...body, signatures, root: certificateRoot(stage, entries) }
      expect(verifyCertificate(forged, electorate, verifySignature)).toEqual({
        verdict: 'reject',
        code: 'bad-signature',
        facts: { index: body.signers[place] },
      })
      expect(verifyCertificate({ ...body, signatures }, electorate, verifySignature)).toMatchObject({
        code: 'wrong-root',
      })
    })
  })

  it('checks no signature before everything cheaper holds', () => {
    const verify = vi.fn(() => true)
    for (const { body, code } of invalid.filter((vector) => vector.code !== 'bad-signature'))
      expect(verifyCertificate(body, electorate, verify)).toMatchObject({ code })
    expect(verify).not.toHaveBeenCalled()
  })

  it('takes a skip by the precommitter key and a seal by its own', () => {
    expect(stageKey(electorate, 'skip', 2)).toBe(electorate.roleKeys.precommit[2])
    expect(stageKey(electorate, 'seal', 2)).toBe(electorate.roleKeys.seal[2])
    expect(stageKey(electorate, 'seal', 4)).toBeUndefined()
  })
})

const missing = (): never => {
  throw new Error('the vector names no such validator')
}
