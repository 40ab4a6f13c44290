import {
  certificateRoot,
  type CertificateEntry,
  type Electorate,
  stageKey,
  stageOf,
} from '../../../../src/feeds/index.js'
import { electorateOf } from '../../../../src/roles/index.js'
import { type Manner, traitor } from '../behaviour.js'
import { type Draft, type DraftOf, otherThan } from './say.js'

/** Messagenodes whose certificates do not hold (protocol section 8, grade P). */

type Certificate = DraftOf<'precommitted' | 'committed' | 'sealed'>
type Entry = Pick<CertificateEntry, 'index' | 'signature'>

const isCertificate = (draft: Draft): draft is Certificate =>
  draft.type === 'precommitted' || draft.type === 'committed' || draft.type === 'sealed'

const forging =
  (name: string, forge: (certificate: Certificate, electorate: Electorate) => Certificate): Manner =>
  ({ world: { cast } }) => {
    const electorate = electorateOf(cast.network, cast.network.genesis)
    return traitor(name, {
      publishes: (effect) =>
        isCertificate(effect.draft) ? [{ ...effect, draft: forge(effect.draft, electorate) }] : [effect],
    })
  }

/** The same certificate with other signers, its Merkle root made to fit, as a careful forger would. */
const withEntries = (
  certificate: Certificate,
  electorate: Electorate,
  entries: readonly Entry[],
): Certificate => ({
  ...certificate,
  signers: entries.map(({ index }) => index),
  signatures: entries.map(({ signature }) => signature),
  root: certificateRoot(
    stageOf(certificate),
    entries.map(({ index, signature }) => ({
      index,
      signature,
      roleKey: keyAt(certificate, electorate, index),
    })),
  ),
})

/** The key of a signer; for one that is not there, of the first. */
const keyAt = (certificate: Certificate, electorate: Electorate, index: number) => {
  const stage = stageOf(certificate)
  const key = stageKey(electorate, stage, index) ?? stageKey(electorate, stage, 0)
  if (key === undefined) throw new RangeError('an epoch has validators')
  return key
}

const entriesOf = ({ signers, signatures }: Certificate): Entry[] =>
  signers.flatMap((index, place) => {
    const signature = signatures[place]
    return signature === undefined ? [] : [{ index, signature }]
  })

const reforging = (name: string, forge: (entries: Entry[], electorate: Electorate) => Entry[]): Manner =>
  forging(name, (certificate, electorate) =>
    withEntries(certificate, electorate, forge(entriesOf(certificate), electorate)),
  )

/** Names a validator that did not sign, under the signature of another. */
export const forgedSigner = reforging('forged signer', (entries, { roleKeys }) => {
  const all = [...roleKeys.precommit.keys()]
  const absent = all.find((index) => entries.every((entry) => entry.index !== index))
  const [first, ...rest] = entries
  if (first === undefined) return entries
  const forged =
    absent === undefined
      ? { ...first, signature: rest.at(-1)?.signature ?? first.signature }
      : { ...first, index: absent }
  return [forged, ...rest].sort((a, b) => a.index - b.index)
})

export const belowThreshold = reforging('below threshold', (entries) => entries.slice(1))

export const duplicateSigner = reforging('duplicate signer', ([first, , ...rest]) =>
  first === undefined ? [] : [first, first, ...rest],
)

export const unsortedSigners = reforging('unsorted signers', (entries) => [...entries].reverse())

/** Counts somebody who is no validator of this epoch. */
export const unregisteredSigner = reforging('unregistered signer', (entries, { roleKeys }) => [
  ...entries.slice(0, -1),
  ...entries.slice(-1).map((entry) => ({ ...entry, index: roleKeys.precommit.length })),
])

export const wrongMerkleRoot = forging('wrong Merkle root', (certificate) => ({
  ...certificate,
  root: otherThan(certificate.root),
}))

/** Certifies another value than the one that was voted on. */
export const wrongValue = forging('wrong value', (certificate) =>
  certificate.skip ? certificate : { ...certificate, block: otherThan(certificate.block) },
)

/** Two certificates for one stage and round, the second with the signatures of the first. */
export const twoInOneSlot: Manner = () =>
  traitor('two in one slot', {
    publishes: (effect) => (isCertificate(effect.draft) ? [effect, effect] : [effect]),
  })
