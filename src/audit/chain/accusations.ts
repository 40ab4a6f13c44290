import type { FeedMessage } from '../../feeds/index.js'
import { type Culprit, type Law } from '../../protocol/index.js'
import type { Accuser } from '../findings/accuser.js'

/** Whom a height's charges are told to. */
export type Accusations = Pick<Accuser, 'weigh' | 'weighByLanes' | 'evident'>

/** What is evident of the author of the first of these messages. */
export const accuseAuthor = (
  accuser: Accusations,
  { registry }: Pick<Law, 'registry'>,
  code: Parameters<Accuser['evident']>[0]['code'],
  messages: readonly [FeedMessage, ...FeedMessage[]],
  details: { readonly height: number; readonly facts: Readonly<Record<string, unknown>> },
): void => {
  const place = registry.placeOf(messages[0].author)
  const culprits: Culprit[] = place ? [{ owner: place.member.id, role: place.role }] : []
  accuser.evident({ code, culprits, messages: messages.map(({ key }) => key), ...details })
}

/** A quorum signed what is not so: more than f are guilty, and nobody can say which. */
export const convictNobody = (
  accuser: Accusations,
  code: 'diverged-execution' | 'diverged-state',
  height: number,
  messages: readonly FeedMessage[],
  facts: Readonly<Record<string, unknown>>,
): void => accuser.evident({ code, culprits: [], messages: messages.map(({ key }) => key), height, facts })
