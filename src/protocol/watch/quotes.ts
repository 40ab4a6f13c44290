import type { FeedMessage, MessageKey } from '../../feeds/index.js'
import { lanesOf, type Place, type Registry } from '../../roles/index.js'
import { isAssembled, isCertificate, isSkipCertificate } from '../book.js'
import { isVote } from '../votes.js'
import type { Quote } from './finding.js'

/** The places of other feeds that a message names with their keys: cut tips, and the proposals its author had seen. */
export const quotesIn = (message: FeedMessage, { member }: Place, { epoch }: Registry): readonly Quote[] => {
  if (!isAssembled(message)) return []
  const lanes = lanesOf(epoch)
  const quotes: Quote[] = []
  for (const { lane, sequence, tip } of message.body.cut) {
    const feed = lanes[lane]
    if (feed !== undefined) quotes.push({ feed, sequence, key: tip, by: member.id })
  }
  for (const { messagenode, sequence, key } of message.body.seen) {
    const feed = epoch.messagenodes[messagenode]?.roles['block-assembler']
    if (feed !== undefined) quotes.push({ feed, sequence, key, by: member.id })
  }
  return quotes
}

/** The messages that a message follows from, by key alone. */
export const linksIn = (message: FeedMessage): readonly MessageKey[] => {
  if (isVote(message)) {
    const { body } = message
    if (body.type === 'seal') return [body.committed]
    if (body.type === 'commit') return [body.precommitted]
    return [body.skip ? null : body.assembled, body.entry].filter((key) => key !== null)
  }
  if (isAssembled(message)) {
    const { slot, parentCertificate, justify } = message.body
    return [slot, parentCertificate, justify.skipped, justify.precommitted].filter((key) => key !== null)
  }
  if (isSkipCertificate(message)) return message.body.previous === null ? [] : [message.body.previous]
  return isCertificate(message) && !message.body.skip ? [message.body.assembled] : []
}
