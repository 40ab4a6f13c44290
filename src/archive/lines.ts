import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

import {
  type ClassicMessage,
  classicText,
  type FeedId,
  type Hash,
  isClassicMessage,
  MESSAGE_SIZE_LIMIT,
  type MessageKey,
  messageKeyOf,
  sha256,
} from '../feeds/index.js'
import { archiveError, corrupt } from './codes.js'
import { EVIDENCE_TEXT_LIMIT, LINE_LIMIT, NETWORK_PART_SIZE, REPLICA_LIMIT } from './limits.js'

/**
 * The lines of an archive, each a JSON object with its fields in the order of these schemas and without white space:
 * everything has one spelling, so that equal contents are equal bytes.
 */
const hash = Type.Unsafe<Hash>(Type.String({ pattern: '^[0-9a-f]{64}$' }))
const feedId = Type.Unsafe<FeedId>(
  Type.String({ pattern: '^@[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\\.ed25519$' }),
)
const messageKey = Type.Unsafe<MessageKey>(
  Type.String({ pattern: '^%[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\\.sha256$' }),
)
const natural = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const exactly = { additionalProperties: false }

const HEADER = Type.Object(
  {
    type: Type.Literal('header'),
    format: Type.Literal('blockfin-archive'),
    version: Type.Literal(1),
    networkId: hash,
    chainId: hash,
    /** Whose logs stand in the archive, ascending by name. */
    replicas: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
          member: feedId,
          /** Messages of its log, and files of its evidence store. */
          messages: natural,
          evidence: natural,
        },
        exactly,
      ),
      { minItems: 1, maxItems: REPLICA_LIMIT },
    ),
  },
  exactly,
)

/** The next part of the signed network file, as text. */
const NETWORK = Type.Object(
  {
    type: Type.Literal('network'),
    text: Type.String({ minLength: 1, maxLength: NETWORK_PART_SIZE }),
  },
  exactly,
)

/** A file of a node's evidence store, named by the hash of its text. */
const EVIDENCE = Type.Object(
  {
    type: Type.Literal('evidence'),
    replica: natural,
    name: Type.String({ pattern: '^[0-9a-f]{64}\\.(?:proof|finding)\\.json$' }),
    text: Type.String({ maxLength: EVIDENCE_TEXT_LIMIT }),
  },
  exactly,
)

const MESSAGE = Type.Object(
  {
    type: Type.Literal('message'),
    key: messageKey,
    /** The SSB message, its fields in the order in which they were signed. */
    value: Type.Unsafe<ClassicMessage>(Type.Unknown()),
    /** Replica, position in its log from 0, and milliseconds of its clock when it stored the message. */
    received: Type.Array(Type.Tuple([natural, natural, Type.Number()]), { minItems: 1 }),
  },
  exactly,
)

/** What the index says of a member before it. */
const CHUNK = Type.Object(
  {
    type: Type.Literal('chunk'),
    holds: Type.Enum(['head', 'evidence', 'messages']),
    offset: natural,
    length: natural,
    sha256: hash,
    textLength: natural,
    lines: natural,
    /** Feeds of which messages stand here, each with the first and the last sequence. */
    feeds: Type.Array(Type.Tuple([feedId, natural, natural])),
  },
  exactly,
)

export type HeaderLine = Static<typeof HEADER>
export type ReplicaEntry = HeaderLine['replicas'][number]
export type NetworkLine = Static<typeof NETWORK>
export type EvidenceLine = Static<typeof EVIDENCE>
export type MessageLine = Static<typeof MESSAGE>
export type Reception = MessageLine['received'][number]
export type ChunkLine = Static<typeof CHUNK>
export type Line = HeaderLine | NetworkLine | EvidenceLine | MessageLine | ChunkLine
export type Section = 'head' | 'evidence' | 'messages' | 'index'

export const SECTION_OF = {
  header: 'head',
  network: 'head',
  evidence: 'evidence',
  message: 'messages',
  chunk: 'index',
} as const satisfies Record<Line['type'], Section>

const CHECKS = {
  header: Compile(HEADER),
  network: Compile(NETWORK),
  evidence: Compile(EVIDENCE),
  message: Compile(MESSAGE),
  chunk: Compile(CHUNK),
}

/** The JSON of a line without its end. Fields are named one by one: their order is part of the format. */
export const encodeLine = (line: Line): string => {
  switch (line.type) {
    case 'header': {
      const { type, format, version, networkId, chainId } = line
      const replicas = line.replicas.map(({ name, member, messages, evidence }) => ({
        name,
        member,
        messages,
        evidence,
      }))
      return JSON.stringify({ type, format, version, networkId, chainId, replicas })
    }
    case 'network':
      return JSON.stringify({ type: line.type, text: line.text })
    case 'evidence':
      return JSON.stringify({ type: line.type, replica: line.replica, name: line.name, text: line.text })
    case 'message':
      return JSON.stringify({ type: line.type, key: line.key, value: line.value, received: line.received })
    case 'chunk': {
      const { type, holds, offset, length, sha256, textLength, lines, feeds } = line
      return JSON.stringify({ type, holds, offset, length, sha256, textLength, lines, feeds })
    }
  }
}

/**
 * @param bytes one line without its end.
 * @throws CodedError `archive-corrupt` unless this is the one spelling of a line, and a message under its own key;
 * `archive-version`
 */
export const decodeLine = (bytes: Buffer): Line => {
  const json = parsed(bytes)
  const line = lineOf(json)
  if (line === null)
    throw isOtherVersion(json) ? archiveError('archive-version') : corrupt('a line is malformed')
  if (line.type === 'message') checkMessage(line)
  if (!Buffer.from(encodeLine(line)).equals(bytes)) throw corrupt('a line is spelled in another way')
  return line
}

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw corrupt('a line is not JSON')
  }
}

const lineOf = (json: unknown): Line | null => {
  if (!isRecord(json)) return null
  switch (json['type']) {
    case 'header':
      return CHECKS.header.Check(json) ? json : null
    case 'network':
      return CHECKS.network.Check(json) ? json : null
    case 'evidence':
      return CHECKS.evidence.Check(json) ? json : null
    case 'message':
      return CHECKS.message.Check(json) ? json : null
    case 'chunk':
      return CHECKS.chunk.Check(json) ? json : null
    default:
      return null
  }
}

const isOtherVersion = (json: unknown): boolean =>
  isRecord(json) && json['format'] === 'blockfin-archive' && json['version'] !== 1

const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** The shape bounds how deep the value is nested, which makes it safe to print. */
const checkMessage = ({ key, value }: MessageLine): void => {
  if (!isClassicMessage(value)) throw corrupt('a line holds no SSB message')
  const text = classicText(value)
  if (text.length > MESSAGE_SIZE_LIMIT) {
    throw archiveError('archive-too-large', 'a message is longer than SSB takes any')
  }
  if (messageKeyOf(sha256(Buffer.from(text, 'latin1'))) !== key) {
    throw corrupt('a message stands under another key than its own')
  }
}

/** The lines of a member's text, each without its end. @throws CodedError `archive-corrupt`, `archive-too-large` */
export const splitLines = (text: Buffer): readonly Buffer[] => {
  const lines: Buffer[] = []
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(0x0a, start)
    if (end < 0) throw corrupt('a line is spread over two members')
    if (end + 1 - start > LINE_LIMIT) throw archiveError('archive-too-large', 'a line is too long')
    lines.push(text.subarray(start, end))
    start = end + 1
  }
  return lines
}
