import { cases, type Invalid } from './messages-cases.js'
import { digest, hex, integer, link } from './naive.js'

const key = (text: string): Buffer => Buffer.from(text.slice(1, 45), 'base64')
const base64 = (...parts: readonly Buffer[]): string => Buffer.concat(parts).toString('base64')
/** Cut and seen share their widths: u16, u32, 32 bytes. */
const entry = (index: number, sequence: number, name: string): Buffer =>
  Buffer.concat([integer(index, 2), integer(sequence, 4), key(link(name))])
const entries = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => entry(i, i + 1, `tip ${i}`))

const data = {
  blockid: 12,
  round: 2,
  slot: link('block'),
  block: digest('block'),
  parent: digest('parent'),
  parentcert: link('committed'),
  cut: base64(entry(0, 5, 'tip of 0'), entry(3, 4_294_967_295, 'tip of 3')),
  cutroot: digest('cut'),
  txroot: digest('transactions'),
  txcount: 9,
  have: base64(integer(5, 4), integer(0, 4), integer(7, 4), integer(4_294_967_295, 4)),
  seen: base64(entry(1, 8, 'proposal of 1'), entry(2, 6, 'proposal of 2')),
  base: 0,
  justify: { skipped: link('skipped'), precommitted: link('precommitted') },
}

const body = {
  type: 'assembled',
  height: 12,
  round: 2,
  slot: data.slot,
  block: data.block,
  parent: data.parent,
  parentCertificate: data.parentcert,
  cut: [
    { lane: 0, sequence: 5, tip: link('tip of 0') },
    { lane: 3, sequence: 4_294_967_295, tip: link('tip of 3') },
  ],
  cutRoot: data.cutroot,
  txRoot: data.txroot,
  txCount: 9,
  have: [5, 0, 7, 4_294_967_295],
  seen: [
    { messagenode: 1, sequence: 8, key: link('proposal of 1') },
    { messagenode: 2, sequence: 6, key: link('proposal of 2') },
  ],
  base: 0,
  justify: data.justify,
}

const { parentcert: _, ...onGenesis } = data

const invalid: Invalid[] = [
  ['an empty cut', { cut: '' }, 'list-length'],
  ['a cut of more lanes than validators', { cut: base64(...entries(101)) }, 'list-length'],
  ['half a lane', { cut: base64(entry(0, 5, 'x').subarray(0, 20)) }, 'list-width'],
  ['lanes out of order', { cut: base64(entry(3, 1, 'x'), entry(0, 1, 'y')) }, 'unsorted-cut'],
  ['one lane twice', { cut: base64(entry(3, 1, 'x'), entry(3, 2, 'y')) }, 'unsorted-cut'],
  ['a cut that is no base64', { cut: '!' }, 'malformed-base64'],
  ['a cut with stray bits', { cut: 'AB==' }, 'malformed-base64'],
  ['a cut as a list', { cut: body.cut }, 'malformed-field'],
  ['nothing said of what it has', { have: '' }, 'list-length'],
  ['having more lanes than validators', { have: base64(hex('00'.repeat(404))) }, 'list-length'],
  ['half a number', { have: base64(hex('0000')) }, 'list-width'],
  ['seen out of order', { seen: base64(entry(2, 1, 'x'), entry(1, 1, 'y')) }, 'unsorted-seen'],
  ['one Messagenode seen twice', { seen: base64(entry(2, 1, 'x'), entry(2, 2, 'y')) }, 'unsorted-seen'],
  ['more seen than there are others', { seen: base64(...entries(16)) }, 'list-length'],
  ['half a Messagenode', { seen: base64(entry(1, 5, 'x').subarray(1)) }, 'list-width'],
  ['base below free choice', { base: -2 }, 'number-out-of-range'],
  ['base beyond u32', { base: 2 ** 32 }, 'number-out-of-range'],
  ['transactions below zero', { txcount: -1 }, 'number-out-of-range'],
  ['transactions beyond u32', { txcount: 2 ** 32 }, 'number-out-of-range'],
  ['justified by something else', { justify: { committed: link('x') } }, 'unknown-field'],
  ['justified by null', { justify: { skipped: null } }, 'malformed-field'],
]

export const assembled = (common: readonly Invalid[]) =>
  cases(
    [
      { name: 'proposed again, on a base', content: { type: 'assembled', data }, body },
      {
        name: 'on genesis, of free choice, having seen nobody',
        content: {
          type: 'assembled',
          data: { ...onGenesis, blockid: 1, round: 0, seen: '', base: -1, justify: {} },
        },
        body: {
          ...body,
          height: 1,
          round: 0,
          parentCertificate: null,
          seen: [],
          base: -1,
          justify: { skipped: null, precommitted: null },
        },
      },
    ],
    [...common, ...invalid],
    ['parentcert'],
  )
