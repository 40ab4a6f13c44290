import { ACCEPT, reject, type Verdict } from '../util/index.js'
import type { VerifySignature } from './certificate.js'
import {
  type ClassicMessage,
  isClassicMessage,
  messageKeyOfValue,
  verifyMessageSignature,
} from './classic.js'
import type { FeedMessage } from './message.js'

/** A signed message's claim about where in its feed it stands. */
export type FeedPlace = Pick<FeedMessage, 'key' | 'author' | 'sequence' | 'previous'>

/**
 * Do two signed messages prove to anyone that their author forked its feed (protocol section 8)? Accepts two keys at
 * one sequence, and a message that names another predecessor than the one that its author signed. A refusal is about
 * the accusation, never the accused: `different-authors`, `same-message`, `different-sequences`, `linked-messages`.
 */
export const compareBranches = (a: FeedPlace, b: FeedPlace): Verdict => {
  if (a.author !== b.author) return reject('different-authors')
  if (a.key === b.key) return reject('same-message')
  if (a.sequence === b.sequence) return ACCEPT
  const [earlier, later] = a.sequence < b.sequence ? [a, b] : [b, a]
  if (later.sequence !== earlier.sequence + 1) return reject('different-sequences')
  return later.previous === earlier.key ? reject('linked-messages') : ACCEPT
}

/**
 * The same for messages from whoever: also `malformed-message`, and `bad-signature` with the place of the message
 * that its author did not sign.
 */
export const verifyForkProof = (a: ClassicMessage, b: ClassicMessage, verify: VerifySignature): Verdict => {
  if (!isClassicMessage(a) || !isClassicMessage(b)) return reject('malformed-message')
  const verdict = compareBranches(placeOf(a), placeOf(b))
  if (verdict.verdict !== 'accept') return verdict
  const bad = [a, b].findIndex((message) => !verifyMessageSignature(message, null, verify))
  return bad === -1 ? ACCEPT : reject('bad-signature', { message: bad })
}

const placeOf = (value: ClassicMessage): FeedPlace => ({ ...value, key: messageKeyOfValue(value) })
