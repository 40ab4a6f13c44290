import { type FeedId, type MessageKey, stageOf } from '../../feeds/index.js'
import type { AnyCertificate } from '../../protocol/index.js'

export interface Repeated {
  readonly author: FeedId
  readonly keys: readonly MessageKey[]
}

/**
 * Certificates of one height of which their author published more than one for a stage and round. On two branches of a
 * feed the same certificate stands twice, and the fork says why.
 */
export const repeatedCertificates = (
  certificates: readonly AnyCertificate[],
  isForked: (feed: FeedId) => boolean,
): readonly Repeated[] => {
  const slots = new Map<string, { readonly author: FeedId; readonly keys: MessageKey[] }>()
  for (const { key, author, body } of certificates) {
    if (isForked(author)) continue
    const name = `${author} ${stageOf(body)} ${body.type === 'precommitted' ? body.round : ''}`
    const slot = slots.get(name) ?? { author, keys: [] }
    slots.set(name, slot)
    slot.keys.push(key)
  }
  return [...slots.values()].filter(({ keys }) => keys.length > 1)
}
