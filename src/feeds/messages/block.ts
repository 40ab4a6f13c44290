import type { BlockBody } from '../message.js'
import { codec } from './codec.js'
import { Digest, envelope, Height } from './fields.js'

/** An empty block producer opens a slot. */
export const block = codec(envelope('block', { blockid: Height, prev: Digest, hash: Digest }))(
  ({ data }): BlockBody => ({ type: 'block', height: data.blockid, previous: data.prev, hash: data.hash }),
  (body) => ({ type: 'block', data: { blockid: body.height, prev: body.previous, hash: body.hash } }),
)
