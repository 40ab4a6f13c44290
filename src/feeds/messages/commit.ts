import type { CommitBody } from '../message.js'
import { codec } from './codec.js'
import { Digest, envelope, Height, Link, Sig, U32 } from './fields.js'

/** A committer's vote on a precommitted certificate. */
export const commit = codec(
  envelope('commit', { blockid: Height, round: U32, link: Link, block: Digest, xroot: Digest, sig: Sig }),
)(
  ({ data }): CommitBody => ({
    type: 'commit',
    height: data.blockid,
    round: data.round,
    precommitted: data.link,
    block: data.block,
    xRoot: data.xroot,
    signature: data.sig,
  }),
  (body) => ({
    type: 'commit',
    data: {
      blockid: body.height,
      round: body.round,
      link: body.precommitted,
      block: body.block,
      xroot: body.xRoot,
      sig: body.signature,
    },
  }),
)
