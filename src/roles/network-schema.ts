import { z } from 'zod'
import type { Hash, Signature } from '../feeds/index.js'
import { isHash } from '../feeds/index.js'
import { CodedError, fromBase64, isCoded } from '../util/index.js'
import { feedIdSchema } from './identity-schema.js'
import type { MessagenodeRole, ValidatorRole } from './network.js'

/**
 * The JSON of `network.json` and of a member's registration: shapes and number ranges only. What the values must
 * mean stands in `network-rules.ts`. No field may be added, and every value has one spelling.
 */

const isBase64Of = (size: number) => (text: unknown) => {
  try {
    return typeof text === 'string' && fromBase64(text, size).length === size
  } catch (error) {
    if (isCoded(error)) return false
    throw error
  }
}

const signatureSchema = z.custom<Signature>(isBase64Of(64), 'not base64 of 64 bytes')
const bytes32Schema = z.custom<string>(isBase64Of(32), 'not base64 of 32 bytes')
const u16Schema = z.int().min(0).max(0xffff)
const u32Schema = z.int().min(0).max(0xffff_ffff)

/** Decimal, no leading zeros, below 2^64: a JSON number would lose digits above 2^53. */
const amountSchema = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,19})$/)
  .transform(BigInt)
  .refine((amount) => amount < 1n << 64n, 'amount of 2^64 or more')

export const parametersSchema = z.strictObject({
  protocolVersion: u16Schema,
  capacity: z.strictObject({ transactions: u32Schema, bytes: u32Schema, batchMs: u32Schema }),
  emptyBlocks: z.strictObject({ launch: u32Schema, ahead: u32Schema }),
  laneBatchMs: u32Schema,
  roundTimeout: z.strictObject({ minMs: u32Schema, maxMs: u32Schema, initialMs: u32Schema }),
  /** Null for floor((m-1)/2); 0xffff is how canonical bytes say null. */
  faultyMessagenodes: u16Schema.max(0xfffe).nullable(),
  fees: z.strictObject({ minimum: amountSchema }),
  transactionLifetime: u32Schema,
})

const endorsedKeySchema = z.strictObject({
  id: feedIdSchema,
  ownerSignature: signatureSchema,
  roleSignature: signatureSchema,
})

const validatorRolesSchema = z.strictObject({
  'transaction-validator': endorsedKeySchema,
  precommitter: endorsedKeySchema,
  committer: endorsedKeySchema,
  sealer: endorsedKeySchema,
} satisfies Record<ValidatorRole, unknown>)

const messagenodeRolesSchema = z.strictObject({
  'empty-block-producer': endorsedKeySchema,
  'block-assembler': endorsedKeySchema,
  'precommit-counter': endorsedKeySchema,
  'commit-counter': endorsedKeySchema,
  'seal-counter': endorsedKeySchema,
} satisfies Record<MessagenodeRole, unknown>)

const addressesSchema = z.strictObject({
  ssb: z.strictObject({ host: z.string().max(253), port: u16Schema }).nullable(),
  http: z.string().max(2048).nullable(),
})

const baseFields = { id: feedIdSchema, name: z.string().max(64), addresses: addressesSchema }

/** `extra` are the fields that a document has besides the member. */
const memberSchemaWith = <Extra extends z.ZodRawShape>(extra: Extra) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('validator'), ...baseFields, roles: validatorRolesSchema, ...extra }),
    z.strictObject({
      kind: z.literal('messagenode'),
      ...baseFields,
      roles: messagenodeRolesSchema,
      ...extra,
    }),
    z.strictObject({ kind: z.literal('observer'), ...baseFields, ...extra }),
  ])

export const memberSchema = memberSchemaWith({})
export const registrationSchema = memberSchemaWith({ networkId: z.custom<Hash>(isHash, 'not a hash') })

export const networkFileSchema = z.strictObject({
  network: z.strictObject({
    parameters: parametersSchema,
    registrar: feedIdSchema,
    salt: bytes32Schema,
    networkKey: bytes32Schema,
    members: z.array(memberSchema).max(0xffff),
    balances: z.record(z.string().regex(/^[0-9a-f]{64}$/), amountSchema),
  }),
  signature: signatureSchema,
})

/** `network.json` as it is written. */
export type NetworkFile = z.input<typeof networkFileSchema>
/** The same with amounts as bigint. */
export type ParsedNetworkFile = z.output<typeof networkFileSchema>
export type ParsedParameters = z.output<typeof parametersSchema>
export type EndorsedKeyEntry = z.output<typeof endorsedKeySchema>
export type MemberEntry = z.output<typeof memberSchema>
/** What a member hands to the registrar: nothing secret. */
export type Registration = z.output<typeof registrationSchema>

/** @throws CodedError `code`, with the place of the first fault but none of its text. */
export const parseWith = <S extends z.ZodType>(
  schema: S,
  json: unknown,
  code: string,
  what: string,
): z.output<S> => {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.map(printable).join('.') ?? ''
  throw new CodedError(code, `${what} is malformed at ${path === '' ? 'its root' : path}`, {
    path,
    issue: issue?.code,
  })
}

const printable = (segment: PropertyKey): string =>
  /^[A-Za-z0-9-]{1,24}$/.test(String(segment)) ? String(segment) : '?'
