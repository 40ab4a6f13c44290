import { corrupt } from './codes.js'
import { encodeStoredMember, MEMBER_HEADER_SIZE, storedMemberSize } from './member.js'

/** The last member: always of one length, so that a reader finds it from the end of the file. */
export interface End {
  /** Where the members of the index stand, and their SHA-256, all together. */
  readonly index: { readonly offset: number; readonly length: number; readonly sha256: string }
  /** SHA-256 of the text before the index, which no compressor can change: it names the contents. */
  readonly textSha256: string
  /** SHA-256 of every byte before this member. */
  readonly sha256: string
}

const TEXT_SIZE = 320
export const END_SIZE = storedMemberSize(TEXT_SIZE)
/** Behind the header of the member and that of its one stored block. */
const TEXT_OFFSET = MEMBER_HEADER_SIZE + 5

export const encodeEnd = ({ index: { offset, length, sha256: of }, textSha256, sha256 }: End): Buffer => {
  const json = JSON.stringify({ type: 'end', index: { offset, length, sha256: of }, textSha256, sha256 })
  return encodeStoredMember(Buffer.from(`${json.padEnd(TEXT_SIZE - 1)}\n`))
}

/** @throws CodedError `archive-corrupt` unless these are the very bytes that {@link encodeEnd} makes. */
export const decodeEnd = (member: Buffer): End => {
  const end = endIn(member.subarray(TEXT_OFFSET, TEXT_OFFSET + TEXT_SIZE))
  if (end === null || !encodeEnd(end).equals(member)) throw corrupt('its last member is malformed')
  return end
}

const endIn = (text: Buffer): End | null => {
  try {
    const json: unknown = JSON.parse(text.toString('latin1'))
    return isEnd(json) ? json : null
  } catch {
    return null
  }
}

/** Shapes alone: any other fault shows when the bytes are made again. */
const isEnd = (json: unknown): json is End => {
  if (typeof json !== 'object' || json === null) return false
  const { index, textSha256, sha256 } = json as Partial<End>
  if (typeof index !== 'object' || typeof textSha256 !== 'string' || typeof sha256 !== 'string') return false
  return isPlace(index.offset) && isPlace(index.length) && typeof index.sha256 === 'string'
}

const isPlace = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
