import type { Body } from '../feeds/index.js'
import type { Draft, Publish } from '../protocol/index.js'
import type { Role, RoleIdentity } from '../roles/index.js'
import { assert, isCoded } from '../util/index.js'
import type { SignGuard } from './sign-guard.js'

/**
 * Says what the core decided to say, in the feed of the role that says it; resolves once durable, and replicates no
 * sooner. What the sign guard refuses is not said, and is no reason to end: the guard has told, and the node has
 * halted.
 */
export const publisher =
  (roles: ReadonlyMap<Role, RoleIdentity>, guard: Pick<SignGuard, 'vote' | 'publish'>) =>
  async ({ role, draft, voteBytes, durable }: Publish): Promise<void> => {
    const identity = roles.get(role)
    assert(identity, 'a core publishes only in the roles of its own kind')
    try {
      if (voteBytes !== null) await guard.vote(identity, draft, voteBytes, durable)
      else await guard.publish(identity, unvoted(draft), durable)
    } catch (error) {
      if (!REFUSALS.some((code) => isCoded(error, code))) throw error
    }
  }

const REFUSALS = ['signing-forbidden', 'slot-taken']

const unvoted = (draft: Draft): Extract<Draft, Body> => {
  switch (draft.type) {
    case 'block':
    case 'assembled':
    case 'precommitted':
    case 'committed':
    case 'sealed':
      return draft
    default:
      throw new TypeError(`${draft.type} is a vote and must be signed`)
  }
}
