import { feedIdBytes, type Electorate, type FeedId, type Hash } from '../feeds/index.js'
import { compareBytes } from '../util/index.js'
import type { Epoch, Member, Messagenode, Network, Validator, ValidatorRole } from './network.js'
import { faultyOf, quorumOf } from './quorum.js'

/**
 * Who counts between two set changes. A validator's index is the rank of its owner key in the epoch (protocol
 * section 2): by raw key bytes, since the order of base64 text is another one. Observers never count.
 */
export const epochOf = (number: number, members: readonly Member[]): Epoch => {
  const validators = ranked(members.filter((member): member is Validator => member.kind === 'validator'))
  const messagenodes = ranked(
    members.filter((member): member is Messagenode => member.kind === 'messagenode'),
  )
  return Object.freeze({
    number,
    validators,
    messagenodes,
    faulty: faultyOf(validators.length),
    quorum: quorumOf(validators.length),
  })
}

const ranked = <M extends Member>(members: readonly M[]): readonly M[] =>
  Object.freeze(
    members
      .map((member) => ({ member, bytes: feedIdBytes(member.id) }))
      .sort((a, b) => compareBytes(a.bytes, b.bytes))
      .map(({ member }) => member),
  )

/** Whose signatures count in this epoch of the chain, and how many a certificate takes; the same value every time. */
export const electorateOf = ({ chainId }: Pick<Network, 'chainId'>, epoch: Epoch): Electorate => {
  const known = ELECTORATES.get(epoch)
  if (known?.chainId === chainId) return known
  const electorate = electorateFrom(chainId, epoch)
  ELECTORATES.set(epoch, electorate)
  return electorate
}

/** What was verified under an electorate is known by its identity, so an epoch has one only. */
const ELECTORATES = new WeakMap<Epoch, Electorate>()

const electorateFrom = (chainId: Hash, epoch: Epoch): Electorate => {
  const keys = (role: ValidatorRole): readonly FeedId[] =>
    Object.freeze(epoch.validators.map((validator) => validator.roles[role]))
  return Object.freeze({
    chainId,
    epoch: epoch.number,
    quorum: epoch.quorum,
    roleKeys: Object.freeze({
      precommit: keys('precommitter'),
      commit: keys('committer'),
      seal: keys('sealer'),
    }),
  })
}
