import Type from 'typebox'
import { CodedError } from '../../util/index.js'
import { LISTED_EXCEPTIONS_LIMIT } from '../limits.js'
import type { PrecommitBody, SkipBody } from '../message.js'
import { codec } from './codec.js'
import { Digest, envelope, fieldsOf, Height, Link, present, Sig, U32 } from './fields.js'
import { ascending } from './packed.js'

/** A precommitter's vote for a proposal. */
export const precommit = codec(
  envelope('precommit', {
    blockid: Height,
    round: U32,
    link: Link,
    block: Digest,
    xroot: Digest,
    exceptions: fieldsOf({ count: U32, first: Type.Array(U32, { maxItems: LISTED_EXCEPTIONS_LIMIT }) }),
    entry: Type.Optional(Link),
    sig: Sig,
  }),
)(
  ({ data }): PrecommitBody => ({
    type: 'precommit',
    skip: false,
    height: data.blockid,
    round: data.round,
    assembled: data.link,
    block: data.block,
    xRoot: data.xroot,
    exceptions: exceptionsOf(data.exceptions.count, data.exceptions.first),
    entry: data.entry ?? null,
    signature: data.sig,
  }),
  (body) => ({
    type: 'precommit',
    data: {
      blockid: body.height,
      round: body.round,
      link: body.assembled,
      block: body.block,
      xroot: body.xRoot,
      exceptions: { count: body.exceptions.count, first: [...body.exceptions.positions] },
      ...present('entry', body.entry),
      sig: body.signature,
    },
  }),
)

const exceptionsOf = (count: number, positions: number[]): PrecommitBody['exceptions'] => {
  if (positions.length !== Math.min(count, LISTED_EXCEPTIONS_LIMIT))
    throw new CodedError('exceptions-count', `${positions.length} exceptions listed of ${count}`)
  if (!ascending(positions))
    throw new CodedError('unsorted-exceptions', 'positions are not strictly ascending')
  return { count, positions }
}

/** A precommitter's vote to leave a round. */
export const skip = codec(
  envelope('precommit', {
    skip: Type.Literal(true),
    blockid: Height,
    round: U32,
    entry: Type.Optional(Link),
    sig: Sig,
  }),
)(
  ({ data }): SkipBody => ({
    type: 'precommit',
    skip: true,
    height: data.blockid,
    round: data.round,
    entry: data.entry ?? null,
    signature: data.sig,
  }),
  (body) => ({
    type: 'precommit',
    data: {
      skip: true,
      blockid: body.height,
      round: body.round,
      ...present('entry', body.entry),
      sig: body.signature,
    },
  }),
)
