import type { FeedMessage, MessageKey } from '../feeds/index.js'
import { isAssembled, isCertificate, isVote, type Law, linksOf } from '../protocol/index.js'
import type { LifeCharge } from './charges.js'
import { type Case, type Ground, groundsOf } from './grounds.js'
import type { LifeKind, Said } from './life.js'
import { certificateKnowledge, nameOf } from './rounds.js'
import type { Sighting } from './sightings.js'

/** A message as the timeline tells it. */
export const saidOf = (
  facts: Case,
  message: FeedMessage,
  seen: readonly Sighting[],
  charges: readonly LifeCharge[],
): Said => {
  const { key, author, sequence, timestamp, body } = message
  const grounds = groundsOf(facts, message)
  const role = facts.law.registry.placeOf(author)?.role ?? 'main'
  return {
    event: 'said',
    kind: role === 'transaction-validator' && !('height' in body) ? 'content' : kindOf(message),
    round: 'round' in body && body.type !== 'sealed' ? body.round : null,
    member: nameOf(facts.law, author),
    role,
    key,
    sequence,
    timestamp,
    links: linksOfMessage(message),
    about: aboutOf(facts.law, message),
    signers: isCertificate(message) ? certificateKnowledge(facts.law, message).signers : [],
    seen,
    at: seen[0]?.at ?? null,
    grounds,
    allowed: isAllowed(grounds, charges),
    charges,
  }
}

/** What a message names as that without which it may not be. */
export const linksOfMessage = (message: FeedMessage): readonly MessageKey[] => {
  const { body } = message
  if (isVote(message)) return linksOf(message)
  if (isCertificate(message)) {
    const { body: certificate } = message
    const link = certificate.skip ? certificate.previous : certificate.assembled
    return link === null ? [] : [link]
  }
  if (body.type !== 'assembled') return []
  const { slot, parentCertificate, justify } = body
  return [slot, parentCertificate, justify.skipped, justify.precommitted].filter((key) => key !== null)
}

const isAllowed = (grounds: readonly Ground[], charges: readonly LifeCharge[]): boolean | null => {
  if (charges.length > 0 || grounds.some(({ holds }) => holds === false)) return false
  return grounds.some(({ holds }) => holds === null) ? null : true
}

const kindOf = (message: FeedMessage): LifeKind => {
  const { body } = message
  switch (body.type) {
    case 'block':
      return 'slot'
    case 'assembled':
      return 'proposal'
    case 'precommit':
      return body.skip ? 'skip' : 'precommit'
    case 'precommitted':
      return body.skip ? 'skipped' : 'precommitted'
    case 'commit':
    case 'seal':
    case 'committed':
    case 'sealed':
      return body.type
    default:
      return 'other'
  }
}

const aboutOf = (law: Law, message: FeedMessage): string => {
  const { body } = message
  if (isAssembled(message)) return `block ${message.body.block.slice(0, 8)}, ${count(message.body.txCount)}`
  if (isCertificate(message)) {
    const { validators } = law.registry.epoch
    return `${message.body.signers.length} of ${validators.length}`
  }
  if (body.type === 'transaction') return count(body.transactions.length)
  if (body.type === 'seal') return `state ${body.stateRoot.slice(0, 8)}`
  return 'block' in body ? `block ${body.block.slice(0, 8)}` : ''
}

const count = (transactions: number): string =>
  transactions === 1 ? '1 transaction' : `${transactions} transactions`
