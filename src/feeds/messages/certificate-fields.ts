import type { Static, TObject } from 'typebox'
import type { CertificateBody } from '../message.js'
import { Digest, Height, Link, Packed, U32 } from './fields.js'
import * as packed from './packed.js'

/** What every certificate says of its signers. */
export const quorumFields = { signers: Packed, sigs: Packed, root: Digest }

/** What the three certificates of a value have in common. */
export const certificateFields = {
  blockid: Height,
  round: U32,
  link: Link,
  block: Digest,
  xroot: Digest,
  ...quorumFields,
}

type QuorumData = Static<TObject<typeof quorumFields>>
type CertificateData = Static<TObject<typeof certificateFields>>
type Quorum = Pick<CertificateBody, 'signers' | 'signatures' | 'root'>
type Certified = Omit<CertificateBody, 'type' | 'skip' | 'stateRoot'>

export const quorumOf = (data: QuorumData): Quorum => ({
  signers: packed.signers.decode(data.signers),
  signatures: packed.signatures.decode(data.sigs),
  root: data.root,
})

export const quorumData = (body: Quorum): QuorumData => ({
  signers: packed.signers.encode(body.signers),
  sigs: packed.signatures.encode(body.signatures),
  root: body.root,
})

export const certifiedOf = (data: CertificateData): Certified => ({
  height: data.blockid,
  round: data.round,
  assembled: data.link,
  block: data.block,
  xRoot: data.xroot,
  ...quorumOf(data),
})

export const certifiedData = (body: Certified): CertificateData => ({
  blockid: body.height,
  round: body.round,
  link: body.assembled,
  block: body.block,
  xroot: body.xRoot,
  ...quorumData(body),
})
