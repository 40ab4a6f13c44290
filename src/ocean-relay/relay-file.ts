import { z } from 'zod'
import { feedIdSchema } from '../roles/index.js'
import { fromBase64, isCoded } from '../util/index.js'

/** Which nodes share their blocks and transactions, and where they are: the same file at each of them. */

/** Each reads the feeds of all others, and is connected to all of them. */
export const MOST_MEMBERS = 32

const isNetworkKey = (text: unknown): boolean => {
  try {
    return typeof text === 'string' && fromBase64(text, 32).length === 32
  } catch (error) {
    if (isCoded(error)) return false
    throw error
  }
}

const areDistinct = (values: readonly string[]): boolean => new Set(values).size === values.length

const memberSchema = z.strictObject({
  id: feedIdSchema,
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535),
})

export const relayFileSchema = z
  .strictObject({
    version: z.literal(1),
    /** Base64 of 32 bytes: who does not know it gets no answer at all. */
    networkKey: z.custom<string>(isNetworkKey, 'not base64 of 32 bytes'),
    members: z.array(memberSchema).min(1).max(MOST_MEMBERS),
  })
  .refine(({ members }) => areDistinct(members.map(({ id }) => id)), 'a member stands there twice')
  .refine(
    ({ members }) => areDistinct(members.map(({ host, port }) => `${host} ${port}`)),
    'two members have one address',
  )

export type RelayFile = z.output<typeof relayFileSchema>
export type RelayMember = RelayFile['members'][number]
