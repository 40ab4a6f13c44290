import { CodedError } from '../util/index.js'

/** Why an archive is not accepted. Whatever stands in a file, reading it ends in one of these or in its contents. */
export const ARCHIVE_CODES = {
  'archive-missing': 'there is no such file',
  'archive-unreadable': 'the system does not give the file',
  'archive-malformed': 'the file does not begin as an archive does',
  'archive-version': 'the archive is of a version that this program does not know',
  'archive-truncated': 'the file ends before the archive does',
  'archive-corrupt': 'the file is not what was written',
  'archive-foreign': 'the archive belongs to another network than it says, or than was asked for',
  'archive-too-large': 'a part of the archive is larger than the format allows',
} as const satisfies Record<string, string>

export type ArchiveCode = keyof typeof ARCHIVE_CODES

/** @param sentence more exact than the table, without any text from the file. */
export const archiveError = (
  code: ArchiveCode,
  sentence: string = ARCHIVE_CODES[code],
  data: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): CodedError => new CodedError(code, sentence, data, cause === undefined ? undefined : { cause })

export const corrupt = (sentence: string, data: Readonly<Record<string, unknown>> = {}): CodedError =>
  archiveError('archive-corrupt', `the archive is damaged: ${sentence}`, data)
