import { type AssembledBody, blockId, type FeedMessage } from '../../feeds/index.js'
import type { Place } from '../../roles/index.js'
import { isAssembled, isCertificate } from '../book.js'
import { type Charge, culpritOf, type Law } from './law.js'
import { verifyCertificate } from '../../feeds/index.js'

/**
 * What a proposal contradicts by itself, whatever the lanes hold: validators refuse it by the same codes. What needs
 * the lanes or the parent's cut is for whoever holds them, such as an audit.
 */
const flawOf = (law: Law, body: AssembledBody): string | null => {
  const { height, round, base, justify, have, cut } = body
  const { validators, messagenodes } = law.registry.epoch
  if ((body.parentCertificate === null) !== (height === 1)) return 'wrong-parent-certificate'
  if (body.seen.some(({ messagenode }) => messagenode >= messagenodes.length)) return 'unknown-messagenode'
  if (cut.some(({ lane }) => lane >= validators.length)) return 'unknown-lane'
  if (have.length !== validators.length) return 'wrong-have'
  if (base >= round) return 'base-not-below-round'
  if (round - 1 > base && justify.skipped === null) return 'unjustified-base'
  if (base >= 0 && justify.precommitted === null) return 'unjustified-base'
  if (base === -1 && cut.some(({ lane, sequence }) => sequence > (have[lane] ?? 0))) return 'cut-beyond-have'
  return isNamedRightly(law, body) ? null : 'wrong-block-id'
}

/** The block's id is a hash of what the proposal says of it. */
const isNamedRightly = ({ network, registry, slotAt }: Law, body: AssembledBody): boolean => {
  const { height, parent, cutRoot, txRoot, txCount, block } = body
  const slot = slotAt(height)
  const { chainId } = network
  const epoch = registry.epoch.number
  return (
    slot === undefined ||
    blockId({ chainId, epoch, height, slot, parent, cutRoot, txRoot, txCount }) === block
  )
}

/** What a proposal proves against its assembler. */
export const flawedProposal = (law: Law, place: Place, message: FeedMessage): Charge | null => {
  if (!isAssembled(message)) return null
  const reason = flawOf(law, message.body)
  const { height, round } = message.body
  return reason === null
    ? null
    : { code: 'invalid-proposal', culprits: [culpritOf(place)], facts: { height, round, reason } }
}

/** What a proposal contradicts that a quorum signed: the parent that was decided, or the block of its base. */
export const proposalBesideQuorum = (
  law: Law,
  ...given: readonly [FeedMessage, FeedMessage]
): Charge | null => {
  const [proposal, certificate] = isAssembled(given[0]) ? given : [given[1], given[0]]
  const place = law.registry.placeOf(proposal.author)
  if (!place || place.role !== 'block-assembler' || !isAssembled(proposal) || !isCertificate(certificate))
    return null
  const { body } = certificate
  if (body.skip) return null
  const { height, round, base, parent, block } = proposal.body
  const isOtherParent = body.type === 'committed' && body.height === height - 1 && body.block !== parent
  const isBase = body.type === 'precommitted' && body.height === height && body.round === base
  const reason = isOtherParent
    ? 'wrong-parent'
    : isBase && body.block !== block
      ? 'other-block-than-base'
      : null
  if (reason === null || verifyCertificate(body, law.electorate, law.verify).verdict !== 'accept') return null
  return { code: 'invalid-proposal', culprits: [culpritOf(place)], facts: { height, round, reason } }
}
