import { encodeBody, parseUnnamed } from '../../../../src/feeds/index.js'
import type {
  Body,
  ClassicMessage,
  FeedId,
  FeedMessage,
  Hash,
  MessageKey,
  Signature,
} from '../../../../src/feeds/index.js'
import type { Publish } from '../../../../src/protocol/index.js'
import { endorsementBytes, type FeedRole } from '../../../../src/roles/index.js'
import { assert, toBase64, utf8 } from '../../../../src/util/index.js'
import type { KeyPair } from '../signatures.js'

/** Where a message stands in its feed. */
export interface Place {
  readonly author: FeedId
  readonly sequence: number
  readonly previous: MessageKey | null
  readonly timestamp: number
}

/**
 * Signs content as SSB would and passes it through the gate, so that cores see what a wire would have carried:
 * real sizes, real keys, and a body that survived its encoding.
 */
export const feedMessage = (place: Place, content: unknown, key: KeyPair): FeedMessage => {
  const { author, sequence, previous, timestamp } = place
  const unsigned = { previous, author, sequence, timestamp, hash: 'sha256' as const, content }
  const signature = key.sign(utf8(JSON.stringify(unsigned, null, 2)))
  const value: ClassicMessage = { ...unsigned, signature: `${toBase64(signature)}.sig.ed25519` }
  const message = parseUnnamed(value)
  ORIGINALS.set(message, value)
  return message
}

/** What stood on the wire: proofs consist of it. */
export const originalOf = (message: FeedMessage): ClassicMessage => {
  const original = ORIGINALS.get(message)
  assert(original, 'every message of a simulation is signed here')
  return original
}

const ORIGINALS = new WeakMap<FeedMessage, ClassicMessage>()

/** Content of what a core publishes, its vote signed by the role key. */
export const contentOf = ({ draft, voteBytes }: Publish, key: KeyPair): object =>
  encodeBody(bodyOf(draft, voteBytes === null ? null : signed(voteBytes, key)))

const bodyOf = (draft: Publish['draft'], signature: Signature | null): Body => {
  switch (draft.type) {
    case 'precommit':
    case 'commit':
    case 'seal':
      assert(signature !== null, 'every vote is signed by its role key')
      return { ...draft, signature }
    case 'block':
    case 'assembled':
    case 'precommitted':
    case 'committed':
    case 'sealed':
      assert(signature === null, 'only votes carry a signature of their own')
      return draft
  }
}

/** Feeds count from the Unix epoch; a simulation begins somewhere after it. */
export const CLOCK_START = 1_700_000_000_000

/** The first message of every role feed (protocol section 2): the same in every simulation, so it is signed once. */
export const openingOf = (
  networkId: Hash,
  feed: FeedId,
  owner: FeedId,
  role: FeedRole,
  keys: OpeningKeys,
): FeedMessage => {
  const known = OPENINGS.get(keys.role)
  if (known) return known
  const place = { author: feed, sequence: 1, previous: null, timestamp: CLOCK_START }
  const opening = feedMessage(place, openingContent(networkId, feed, owner, role, keys), keys.role)
  OPENINGS.set(keys.role, opening)
  return opening
}

export interface OpeningKeys {
  readonly owner: KeyPair
  readonly role: KeyPair
}

const OPENINGS = new WeakMap<KeyPair, FeedMessage>()

const openingContent = (
  networkId: Hash,
  key: FeedId,
  owner: FeedId,
  role: FeedRole,
  keys: OpeningKeys,
): object => {
  // A main key needs no endorsement: its feed opens with whom it follows.
  if (role === 'main') return encodeBody({ type: 'contact', contact: owner, following: true })
  const endorsed = { owner, role, key }
  return encodeBody({
    type: 'identity',
    owner,
    role,
    ownerSignature: signed(endorsementBytes(networkId, endorsed, 'owner'), keys.owner),
    roleSignature: signed(endorsementBytes(networkId, endorsed, 'role'), keys.role),
  })
}

const signed = (bytes: Uint8Array, key: KeyPair): Signature => toBase64(key.sign(bytes)) as Signature
