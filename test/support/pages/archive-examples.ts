import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** The worked examples of docs/archive-format.md: what stands in `test/vectors/archive/small.bfa`. */

const file = readFileSync(new URL('../../vectors/archive/small.bfa', import.meta.url))

/** Length of a member's header, and of the checksum and length behind its data. */
const [HEADER, TRAILER] = [20, 8]

const members = (): readonly Buffer[] => {
  const found: Buffer[] = []
  for (let start = 0; start < file.length; start += found.at(-1)?.length ?? file.length) {
    found.push(file.subarray(start, start + file.readUInt32LE(start + 16)))
  }
  return found
}

const textOf = (member: Buffer): string => inflateRawSync(member.subarray(HEADER, -TRAILER)).toString('utf8')

const [first = file, ...others] = members()
const index = others.at(-2) ?? first

export const ARCHIVE_EXAMPLES: Readonly<Record<string, string>> = {
  'first-member': [
    `header   ${first.subarray(0, HEADER).toString('hex')}`,
    `data     ${first.subarray(HEADER, HEADER + 16).toString('hex')}... (${first.length - HEADER - TRAILER} bytes)`,
    `trailer  ${first.subarray(-TRAILER).toString('hex')}`,
    `text     ${textOf(first).length} bytes; its first line:`,
    textOf(first).split('\n')[0] ?? '',
  ].join('\n'),
  index: textOf(index).trimEnd(),
}
