import { CodedError } from '../../src/util/index.js'

/** Why a server refuses a call, as its peer sees it. */
export const WIRE_CODES = {
  'malformed-arguments': 'the arguments are not of the documented form',
  'too-many-items': 'more keys or feeds than one call may name',
  busy: 'too many calls of this peer are being worked on',
  'too-fast': 'this peer calls more often than its share',
  'timed-out': 'the call took too long',
  'unknown-tip': 'the message named as tip is not held here',
  'foreign-tip': 'the message named as tip belongs to another feed',
  'missing-link': 'a message between the tip and the asked sequence is not held here',
  pruned: 'the beginning of the feed is not held here any more',
  'branch-too-long': 'the asked branch departs too far back from the one held here',
  'not-offered-to': 'this node takes no offers',
  internal: 'the call failed here',
} as const

export type WireCode = keyof typeof WIRE_CODES

export class WireError extends CodedError {
  constructor(
    override readonly code: WireCode,
    options?: ErrorOptions,
  ) {
    super(code, WIRE_CODES[code], {}, options)
  }
}

const PREFIX = 'blockfin:'

/**
 * muxrpc carries an error's name, message and stack: the code travels as the name, and no stack leaves the node.
 * Whatever is not a {@link WireError} is `internal` to the peer.
 */
export const toWire = (error: unknown): Error => {
  const { code } = error instanceof WireError ? error : new WireError('internal')
  return Object.assign(new Error(WIRE_CODES[code]), { name: `${PREFIX}${code}`, stack: '' })
}

/** The code that a peer's error names, or undefined if it is none of ours: a plain SSB peer, or a lost link. */
export const fromWire = (error: { readonly name?: unknown }): WireCode | undefined => {
  const name =
    typeof error.name === 'string' && error.name.startsWith(PREFIX) ? error.name.slice(PREFIX.length) : ''
  return Object.hasOwn(WIRE_CODES, name) ? (name as WireCode) : undefined
}
