import Type from 'typebox'
import { U32_MAX } from '../limits.js'
import type { AssembledBody } from '../message.js'
import { codec } from './codec.js'
import { Digest, envelope, fieldsOf, Height, Link, Packed, present, U32 } from './fields.js'
import * as packed from './packed.js'

/** An assembler's proposal: a block as a cut through the lanes. */
export const assembled = codec(
  envelope('assembled', {
    blockid: Height,
    round: U32,
    slot: Link,
    block: Digest,
    parent: Digest,
    parentcert: Type.Optional(Link),
    cut: Packed,
    cutroot: Digest,
    txroot: Digest,
    txcount: U32,
    have: Packed,
    seen: Packed,
    base: Type.Integer({ minimum: -1, maximum: U32_MAX }),
    justify: fieldsOf({ skipped: Type.Optional(Link), precommitted: Type.Optional(Link) }),
  }),
)(
  ({ data }): AssembledBody => ({
    type: 'assembled',
    height: data.blockid,
    round: data.round,
    slot: data.slot,
    block: data.block,
    parent: data.parent,
    parentCertificate: data.parentcert ?? null,
    cut: packed.cut.decode(data.cut),
    cutRoot: data.cutroot,
    txRoot: data.txroot,
    txCount: data.txcount,
    have: packed.have.decode(data.have),
    seen: packed.seen.decode(data.seen),
    base: data.base,
    justify: { skipped: data.justify.skipped ?? null, precommitted: data.justify.precommitted ?? null },
  }),
  (body) => ({
    type: 'assembled',
    data: {
      blockid: body.height,
      round: body.round,
      slot: body.slot,
      block: body.block,
      parent: body.parent,
      ...present('parentcert', body.parentCertificate),
      cut: packed.cut.encode(body.cut),
      cutroot: body.cutRoot,
      txroot: body.txRoot,
      txcount: body.txCount,
      have: packed.have.encode(body.have),
      seen: packed.seen.encode(body.seen),
      base: body.base,
      justify: {
        ...present('skipped', body.justify.skipped),
        ...present('precommitted', body.justify.precommitted),
      },
    },
  }),
)
