import { feedIdBytes, sha256, tagged } from '../../feeds/index.js'
import type { Epoch, Member } from '../../roles/index.js'
import { feedsOf } from '../../roles/index.js'
import { concat, u16, u32 } from '../../util/index.js'

/**
 * What the state root says of the members (protocol section 3): a hash of who counts in the next epoch, so that a
 * light client can follow set changes by state proofs alone.
 *
 * `H("bf/members/v1" | u32 epoch | u16 validators | each | u16 Messagenodes | each)`, members in index order, each
 * as its 32-byte main key and then its role keys in the order of the roles: 4 for a validator, 5 for a Messagenode.
 */
export const membersHash = ({ number, validators, messagenodes }: Epoch): Uint8Array =>
  sha256(tagged('bf/members/v1', u32(number), encodeMembers(validators), encodeMembers(messagenodes)))

const encodeMembers = (members: readonly Member[]): Uint8Array =>
  concat(
    u16(members.length),
    ...members.flatMap((member) => feedsOf(member).map(([, feed]) => feedIdBytes(feed))),
  )
