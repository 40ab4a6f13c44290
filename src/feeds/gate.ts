import { CodedError } from '../util/index.js'
import { classicSize, classicText, type ClassicMessage, messageKeyOfText } from './classic.js'
import type { MessageKey } from './ids.js'
import { MESSAGE_SIZE_LIMIT } from './limits.js'
import type { Body, CertificateBody, FeedMessage, Junk } from './message.js'
import { type Codec } from './messages/codec.js'
import * as messages from './messages/index.js'

/**
 * The one gate: content from the wire is parsed here and trusted afterwards. It never throws and refuses whatever
 * is not exactly what an honest node would write. Codes of junk:
 *
 * - `encrypted-content`, `not-an-object`, `unknown-type`, `oversized-message`
 * - `missing-field`, `unknown-field`, `malformed-field`, `number-out-of-range`
 * - `malformed-base64`, `list-width`, `list-length`, `unsorted-cut`, `unsorted-seen`
 * - `exceptions-count`, `unsorted-exceptions`, `contradiction`
 */
export const parseContent = (content: unknown): Body | Junk => {
  if (typeof content === 'string') return junk('encrypted-content')
  if (!isRecord(content)) return junk('not-an-object')
  const codec = codecFor(content)
  if (codec === undefined) return junk('unknown-type')
  try {
    return codec.decode(content)
  } catch (error) {
    if (error instanceof CodedError) return junk(error.code)
    throw error
  }
}

/**
 * A replicated message, its signature and its place in the feed already checked.
 * @param size of its `classicText`, for whoever has it already.
 */
export const parseMessage = (
  key: MessageKey,
  value: ClassicMessage,
  size: number = classicSize(value),
): FeedMessage => parse(key, value, size)

/** The same for one whose key nobody has named: it is printed once, for key and size. */
export const parseUnnamed = (value: ClassicMessage): FeedMessage => {
  const text = classicText(value)
  return parse(messageKeyOfText(text), value, text.length)
}

const parse = (key: MessageKey, value: ClassicMessage, size: number): FeedMessage => {
  const { author, sequence, previous, timestamp, content } = value
  const body = size > MESSAGE_SIZE_LIMIT ? junk('oversized-message') : parseContent(content)
  return { key, author, sequence, previous, timestamp, size, body }
}

/** The JSON content of a body. `parseContent` gives back an equal body. */
export const encodeBody = (body: Body): object => {
  switch (body.type) {
    case 'identity':
      return messages.identity.encode(body)
    case 'contact':
      return messages.contact.encode(body)
    case 'evidence':
      return messages.evidence.encode(body)
    case 'transaction':
      return messages.transaction.encode(body)
    case 'precommit':
      return body.skip ? messages.skip.encode(body) : messages.precommit.encode(body)
    case 'commit':
      return messages.commit.encode(body)
    case 'seal':
      return messages.seal.encode(body)
    case 'block':
      return messages.block.encode(body)
    case 'assembled':
      return messages.assembled.encode(body)
    case 'precommitted':
    case 'committed':
    case 'sealed':
      return body.skip ? messages.skipCertificate.encode(body) : certificateCodec(body.type).encode(body)
  }
}

const certificateCodec = (type: CertificateBody['type']): Codec<CertificateBody> => messages[type]

/** Skips share the type of the votes and certificates whose feed they stand in. */
const codecFor = (content: Record<string, unknown>): Pick<Codec<Body>, 'decode'> | undefined => {
  const { type, data } = content
  const skip = isRecord(data) && 'skip' in data
  switch (type) {
    case 'precommit':
      return skip ? messages.skip : messages.precommit
    case 'precommitted':
      return skip ? messages.skipCertificate : messages.precommitted
    default:
      return typeof type === 'string' ? CODECS.get(type) : undefined
  }
}

const CODECS: ReadonlyMap<string, Pick<Codec<Body>, 'decode'>> = new Map(
  Object.entries({
    identity: messages.identity,
    contact: messages.contact,
    evidence: messages.evidence,
    transaction: messages.transaction,
    commit: messages.commit,
    seal: messages.seal,
    block: messages.block,
    assembled: messages.assembled,
    committed: messages.committed,
    sealed: messages.sealed,
  }),
)

const junk = (code: string): Junk => ({ type: 'junk', code })

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
