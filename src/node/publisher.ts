import type { Body, MessageKey, Signature } from '../feeds/index.js'
import { encodeBody } from '../feeds/index.js'
import type { Draft, Publish } from '../protocol/index.js'
import { type Role, type RoleIdentity, sign } from '../roles/index.js'
import { assert } from '../util/index.js'

/** Appends content to the feed of an identity; resolves once durable, and replicates no sooner. */
export type Append = (
  identity: RoleIdentity,
  content: object,
  durable: readonly MessageKey[],
) => Promise<unknown>

/** Signs what the core decided to say, and appends it to the feed of the role that says it. */
export const publisher =
  (roles: ReadonlyMap<Role, RoleIdentity>, append: Append) =>
  async ({ role, draft, voteBytes, durable }: Publish): Promise<void> => {
    const identity = roles.get(role)
    assert(identity, 'a core publishes only in the roles of its own kind')
    const body = voteBytes === null ? unsignedBody(draft) : signed(draft, sign(identity, voteBytes))
    await append(identity, encodeBody(body), durable)
  }

const signed = (draft: Draft, signature: Signature): Body => {
  switch (draft.type) {
    case 'precommit':
    case 'commit':
    case 'seal':
      return { ...draft, signature }
    default:
      throw new TypeError(`${draft.type} carries no signature of its own`)
  }
}

const unsignedBody = (draft: Draft): Body => {
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
