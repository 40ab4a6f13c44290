import type { SealBody } from '../message.js'
import { codec } from './codec.js'
import { Digest, envelope, Height, Link, Sig } from './fields.js'

/** A sealer's vote on an executed block and the state it left. */
export const seal = codec(
  envelope('seal', {
    blockid: Height,
    link: Link,
    block: Digest,
    xroot: Digest,
    stateroot: Digest,
    sig: Sig,
  }),
)(
  ({ data }): SealBody => ({
    type: 'seal',
    height: data.blockid,
    committed: data.link,
    block: data.block,
    xRoot: data.xroot,
    stateRoot: data.stateroot,
    signature: data.sig,
  }),
  (body) => ({
    type: 'seal',
    data: {
      blockid: body.height,
      link: body.committed,
      block: body.block,
      xroot: body.xRoot,
      stateroot: body.stateRoot,
      sig: body.signature,
    },
  }),
)
