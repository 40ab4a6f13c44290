import Type from 'typebox'
import { Compile } from 'typebox/compile'

import { isFeedId, isMessageKey } from '../../feeds/index.js'
import type { Finding } from '../../protocol/index.js'
import { ROLES } from '../../roles/index.js'

/** A finding as this node wrote it to its own disk. */
const FINDING = Type.Object({
  code: Type.String({ pattern: '^[a-z]+(?:-[a-z]+)*$' }),
  grade: Type.Enum(['proof', 'evident']),
  culprits: Type.Array(Type.Object({ owner: Type.String(), role: Type.Enum(['main', ...ROLES]) })),
  messages: Type.Array(Type.String()),
  facts: Type.Record(Type.String(), Type.Unknown()),
})

const schema = Compile(FINDING)

export const isFinding = (json: unknown): json is Finding =>
  schema.Check(json) &&
  json.culprits.every(({ owner }) => isFeedId(owner)) &&
  json.messages.every((key) => isMessageKey(key))
