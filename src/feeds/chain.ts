import { ACCEPT, reject, type Verdict } from '../util/index.js'
import type { VerifySignature } from './certificate.js'
import {
  type ClassicMessage,
  isClassicMessage,
  messageKeyOfValue,
  verifyMessageSignature,
} from './classic.js'

/**
 * Do two messages prove to anyone that their author forked its feed (protocol section 8)? Accepts if both are
 * signed by one author, at one sequence, under two keys. A refusal is about the accusation, never the accused:
 * `malformed-message`, `different-authors`, `different-sequences`, `same-message`, `bad-signature`.
 */
export const verifyForkProof = (a: ClassicMessage, b: ClassicMessage, verify: VerifySignature): Verdict => {
  if (!isClassicMessage(a) || !isClassicMessage(b)) return reject('malformed-message')
  if (a.author !== b.author) return reject('different-authors')
  if (a.sequence !== b.sequence) return reject('different-sequences')
  if (messageKeyOfValue(a) === messageKeyOfValue(b)) return reject('same-message')
  const bad = [a, b].findIndex((message) => !verifyMessageSignature(message, null, verify))
  return bad === -1 ? ACCEPT : reject('bad-signature', { message: bad })
}
