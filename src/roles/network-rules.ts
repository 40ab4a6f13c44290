import { isIP } from 'node:net'
import { MESSAGENODE_LIMIT, VALIDATOR_LIMIT, type FeedId, type Hash } from '../feeds/index.js'
import { CodedError } from '../util/index.js'
import { verifyEndorsement } from './endorsement.js'
import { endorsedKeysOf } from './network-bytes.js'
import type { MemberEntry, ParsedParameters } from './network-schema.js'
import type { ChainParameters } from './network.js'
import { MAX_DURATION_MS, MIN_CAPACITY, type NetworkParameters } from './parameters.js'
import { faultyMessagenodesOf } from './quorum.js'

/**
 * What the values of a network file must mean, its shape being right already. Every fault has its own code; a
 * member at fault is told by its place in the list, since names come from others.
 */

/** @throws CodedError with the code of the first parameter that cannot work. */
export const checkParameters = (parameters: ParsedParameters): NetworkParameters => {
  const { protocolVersion, capacity, emptyBlocks, roundTimeout, laneBatchMs } = parameters
  if (protocolVersion !== 1) {
    throw new CodedError('protocol-version-unsupported', 'this node speaks version 1 of the protocol', {
      protocolVersion,
    })
  }
  if (capacity.transactions < MIN_CAPACITY.transactions) {
    const sentence = `a block must take the ${MIN_CAPACITY.transactions} transactions of one full message`
    throw new CodedError('capacity-transactions-too-small', sentence, { transactions: capacity.transactions })
  }
  if (capacity.bytes < MIN_CAPACITY.bytes) {
    const sentence = `a block must take the ${MIN_CAPACITY.bytes} bytes of one full message`
    throw new CodedError('capacity-bytes-too-small', sentence, { bytes: capacity.bytes })
  }
  if (emptyBlocks.launch < 1 || emptyBlocks.ahead < 1) {
    throw new CodedError('empty-blocks-too-few', 'at least one slot must be open', { ...emptyBlocks })
  }
  const { minMs, initialMs, maxMs } = roundTimeout
  if (minMs < 1 || minMs > initialMs || initialMs > maxMs) {
    const sentence = 'round timeouts must ascend: 1 <= minMs <= initialMs <= maxMs'
    throw new CodedError('round-timeout-disordered', sentence, { ...roundTimeout })
  }
  if (Math.max(maxMs, capacity.batchMs, laneBatchMs) > MAX_DURATION_MS) {
    throw new CodedError('duration-too-long', 'no timer may be longer than a day', {
      limitMs: MAX_DURATION_MS,
    })
  }
  if (parameters.transactionLifetime < 1) {
    throw new CodedError('transaction-lifetime-too-short', 'a transaction must live for one height at least')
  }
  return { ...parameters, protocolVersion }
}

/** Puts the default in place of a null. @throws CodedError `faulty-messagenodes-too-many` */
export const resolveParameters = (parameters: NetworkParameters, messagenodes: number): ChainParameters => {
  const faultyMessagenodes = parameters.faultyMessagenodes ?? faultyMessagenodesOf(messagenodes)
  if (faultyMessagenodes >= messagenodes) {
    const sentence = 'one Messagenode at least must be correct'
    throw new CodedError('faulty-messagenodes-too-many', sentence, { faultyMessagenodes, messagenodes })
  }
  return { ...parameters, faultyMessagenodes }
}

/** Counts, names, keys and addresses; no signatures. @throws CodedError with the code of the first fault. */
export const checkMembers = (members: readonly MemberEntry[], registrar: FeedId): void => {
  checkCounts(members)
  members.forEach(checkEntry)
  const ids = new Set<string>()
  const names = new Set<string>()
  for (const [place, { id, name }] of members.entries()) {
    addOnce(ids, id, 'duplicate-member', 'a main identity is registered twice', place)
    addOnce(names, name.toLowerCase(), 'duplicate-name', 'a name is taken twice, letter case aside', place)
  }
  // The registrar may be a member as well, but no role key may be anyone's main key or play a second role.
  const keys = ids.add(registrar)
  for (const [place, member] of members.entries()) {
    for (const [, { id }] of endorsedKeysOf(member)) {
      addOnce(keys, id, 'duplicate-key', 'a role key is used twice', place)
    }
  }
}

/** Both ways, of every role key. @throws CodedError with the code of {@link verifyEndorsement} */
export const checkEndorsements = (networkId: Hash, member: MemberEntry, place?: number): void => {
  for (const [role, { id, ownerSignature, roleSignature }] of endorsedKeysOf(member)) {
    const body = { type: 'identity', owner: member.id, role, ownerSignature, roleSignature } as const
    const verdict = verifyEndorsement(networkId, id, body)
    if (verdict.verdict !== 'accept') {
      throw new CodedError(verdict.code, `an endorsement of a ${role} key does not hold`, { role, place })
    }
  }
}

/** A member on its own. @throws CodedError `name-malformed`, `ssb-address-malformed`, `http-address-malformed` */
export const checkEntry = ({ name, addresses }: MemberEntry, place?: number): void => {
  const refuse = (code: string, sentence: string): never => {
    throw new CodedError(code, sentence, { place })
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    refuse('name-malformed', 'a name is letters, digits, dots, dashes and underscores')
  }
  const { ssb, http } = addresses
  if (ssb !== null && !(isHost(ssb.host) && ssb.port > 0)) {
    refuse('ssb-address-malformed', 'an SSB address is a host name or IP address and a port from 1 to 65535')
  }
  if (http !== null && !isBaseUrl(http)) {
    refuse(
      'http-address-malformed',
      'an HTTP address is a plain http or https URL without a slash at its end',
    )
  }
}

const checkCounts = (members: readonly MemberEntry[]): void => {
  const count = (kind: MemberEntry['kind']): number => members.filter((member) => member.kind === kind).length
  const [validators, messagenodes] = [count('validator'), count('messagenode')]
  if (validators < 1) throw new CodedError('validators-missing', 'a network needs a validator')
  if (messagenodes < 1) throw new CodedError('messagenodes-missing', 'a network needs a Messagenode')
  if (validators > VALIDATOR_LIMIT) {
    throw new CodedError('validators-too-many', `at most ${VALIDATOR_LIMIT} validators`, { validators })
  }
  if (messagenodes > MESSAGENODE_LIMIT) {
    throw new CodedError('messagenodes-too-many', `at most ${MESSAGENODE_LIMIT} Messagenodes`, {
      messagenodes,
    })
  }
}

const addOnce = (seen: Set<string>, value: string, code: string, sentence: string, place: number): void => {
  if (seen.has(value)) throw new CodedError(code, sentence, { place })
  seen.add(value)
}

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** A name whose last label is a number is an IPv4 address or nothing. */
const isHost = (host: string): boolean =>
  isIP(host) !== 0 || (host.split('.').every((label) => LABEL.test(label)) && !/(?:^|\.)[0-9]+$/.test(host))

/** In the one spelling that a URL parser gives back: no credentials, query, default port or final slash. */
const isBaseUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, origin, pathname } = new URL(text)
  return /^https?:$/.test(protocol) && text === `${origin}${pathname.replace(/\/+$/, '')}`
}
