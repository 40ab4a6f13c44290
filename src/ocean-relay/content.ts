import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { MAX_BLOCK_BYTES } from '../ocean/chain/index.js'
import { fromBase64, isCoded, type Refusal, reject, toBase64 } from '../util/index.js'

/**
 * What a feed of the relay carries: the bytes of one transaction, block or proof of a fork, cut into parts that each fit
 * into a message and follow each other in the feed. This is the one place that knows their JSON, and the one gate.
 */
export type Kind = 'ocean-transaction' | 'ocean-block' | 'ocean-fork'

/** What a content is called: by its kind, and its txid, block hash, or hash. */
export interface Name {
  readonly kind: Kind
  readonly id: string
}

export interface Part extends Name {
  /** From 0 on. */
  readonly index: number
  readonly count: number
  /** Base64 as it stands, of {@link PART_BYTES} at most. */
  readonly text: string
}

/** In base64, and with all else that a message holds, they fit SSB's limit of 8,192 characters. */
export const PART_BYTES = 5_400

/** A transaction is at most a block, and a proof is two headers. */
const MOST_PARTS: Readonly<Record<Kind, number>> = {
  'ocean-transaction': Math.ceil(MAX_BLOCK_BYTES / PART_BYTES),
  'ocean-block': Math.ceil(MAX_BLOCK_BYTES / PART_BYTES),
  'ocean-fork': 4,
}

const closed = { additionalProperties: false } as const

const schema = Type.Object(
  {
    type: Type.Union([
      Type.Literal('ocean-transaction'),
      Type.Literal('ocean-block'),
      Type.Literal('ocean-fork'),
    ]),
    data: Type.Object(
      {
        id: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        part: Type.Integer({ minimum: 0 }),
        parts: Type.Integer({ minimum: 1 }),
        bytes: Type.String({ minLength: 4, maxLength: (PART_BYTES / 3) * 4 }),
      },
      closed,
    ),
  },
  closed,
)
const validator = Compile(schema)
const isContent = (content: unknown): content is Static<typeof schema> => validator.Check(content)

/** Messages in their order. */
export const partsOf = ({ kind, id }: Name, bytes: Uint8Array): readonly object[] => {
  const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES))
  return Array.from({ length: parts }, (_, part) => {
    const slice = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)
    return { type: kind, data: { id, part, parts, bytes: toBase64(slice) } } satisfies Static<typeof schema>
  })
}

/** Never throws. Codes of refusals: `malformed-content`, `too-many-parts`. */
export const readPart = (content: unknown): Part | Refusal => {
  if (!isContent(content)) return reject('malformed-content')
  const { type: kind, data } = content
  if (data.parts > MOST_PARTS[kind] || data.part >= data.parts) return reject('too-many-parts')
  return { kind, id: data.id, index: data.part, count: data.parts, text: data.bytes }
}

/** The bytes of a part, or nothing if its text is no canonical base64. */
export const bytesOfPart = (text: string): Uint8Array | undefined => {
  try {
    return fromBase64(text)
  } catch (error) {
    if (isCoded(error, 'malformed-base64')) return undefined
    throw error
  }
}
