import { z } from 'zod'

import { isFeedId, type FeedId } from '../../feeds/index.js'
import {
  DEFAULT_PARAMETERS,
  draftNetwork,
  drawRandom,
  type NetworkDraft,
  type NetworkParameters,
} from '../../roles/index.js'
import { CodedError, fromBase64, toBase64 } from '../../util/index.js'
import { readJson, writeJson } from '../files.js'

/**
 * `network-draft.json`: what the registrar settles before the members are known, and hands to each of them, since
 * their endorsements sign the network id. It holds the network key, so it goes to members only.
 */

const size = z.int().min(0)

const draftSchema = z.strictObject({
  parameters: z.strictObject({
    protocolVersion: z.literal(1),
    capacity: z.strictObject({ transactions: size, bytes: size, batchMs: size }),
    emptyBlocks: z.strictObject({ launch: size, ahead: size }),
    laneBatchMs: size,
    roundTimeout: z.strictObject({ minMs: size, maxMs: size, initialMs: size }),
    faultyMessagenodes: size.nullable(),
    fees: z.strictObject({
      minimum: z
        .string()
        .regex(/^\d{1,20}$/)
        .transform(BigInt),
    }),
    transactionLifetime: size,
  }),
  registrar: z.custom<FeedId>(isFeedId, 'not a feed id'),
  salt: z.string(),
  networkKey: z.string(),
})

/** Parameters that `registrar init` takes; everything else is the default. */
export interface ChosenParameters {
  readonly capacity?: Partial<NetworkParameters['capacity']>
  readonly emptyBlocks?: Partial<NetworkParameters['emptyBlocks']>
  readonly minimumFee?: bigint
}

/** @throws CodedError of a parameter that cannot work */
export const newDraft = (registrar: FeedId, chosen: ChosenParameters = {}): NetworkDraft =>
  draftNetwork({
    parameters: {
      ...DEFAULT_PARAMETERS,
      capacity: { ...DEFAULT_PARAMETERS.capacity, ...chosen.capacity },
      emptyBlocks: { ...DEFAULT_PARAMETERS.emptyBlocks, ...chosen.emptyBlocks },
      fees: { minimum: chosen.minimumFee ?? DEFAULT_PARAMETERS.fees.minimum },
    },
    registrar,
    salt: drawRandom(),
    networkKey: drawRandom(),
  })

/** @throws CodedError `file-exists`, `file-unwritable` */
export const writeDraft = async (path: string, draft: NetworkDraft): Promise<void> => {
  const { parameters, registrar, salt, networkKey } = draft
  const json = { parameters, registrar, salt: toBase64(salt), networkKey: toBase64(networkKey) }
  await writeJson(path, json, 'new', 0o600)
}

/** @throws CodedError `network-draft-malformed`, what {@link readJson} throws, or a parameter's */
export const readDraft = async (path: string): Promise<NetworkDraft> => {
  const parsed = draftSchema.safeParse(await readJson(path))
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.map(String).join('.') || 'its root'
    throw new CodedError('network-draft-malformed', `${path} is malformed at ${place}`, { path, place })
  }
  const { parameters, registrar, salt, networkKey } = parsed.data
  return draftNetwork({
    parameters,
    registrar,
    salt: fromBase64(salt, 32),
    networkKey: fromBase64(networkKey, 32),
  })
}
