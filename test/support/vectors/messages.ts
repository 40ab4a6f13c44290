import { assembled } from './messages-assembled.js'
import { certificateMessages } from './messages-certificates.js'
import { type Case, cases, type Content, type Invalid } from './messages-cases.js'
import { digest, feed, formOfSignature, link } from './naive.js'

/** Every message type: bodies with their exact content, and content that no honest node writes. */

const sig = formOfSignature('signature')

const transaction = () => {
  const base: Content = { type: 'transaction', data: { txs: ['AA==', '/+4='] } }
  return cases(
    [
      {
        name: 'two transactions',
        content: base,
        body: { type: 'transaction', transactions: ['00', 'ffee'] },
      },
      {
        name: 'as many as a message may carry',
        content: { type: 'transaction', data: { txs: Array.from({ length: 64 }, () => 'AQID') } },
        body: { type: 'transaction', transactions: Array.from({ length: 64 }, () => '010203') },
      },
    ],
    [
      ['none', { txs: [] }, 'list-length'],
      ['one too many', { txs: Array.from({ length: 65 }, () => 'AQID') }, 'list-length'],
      ['an empty one', { txs: [''] }, 'malformed-field'],
      ['stray bits under the padding', { txs: ['AB=='] }, 'malformed-base64'],
      ['no padding', { txs: ['AQIDBA'] }, 'malformed-base64'],
      ['the alphabet of URLs', { txs: ['_-4='] }, 'malformed-base64'],
      ['white space', { txs: ['AA==\n'] }, 'malformed-base64'],
      ['a number', { txs: [1] }, 'malformed-field'],
    ],
  )
}

const heights = (field = 'blockid'): Invalid[] => [
  ['height of genesis', { [field]: 0 }, 'number-out-of-range'],
  ['height beyond exact numbers', { [field]: 2 ** 53 }, 'number-out-of-range'],
  ['height with a fraction', { [field]: 1.5 }, 'malformed-field'],
  ['height as text', { [field]: '1' }, 'malformed-field'],
]
const rounds: Invalid[] = [
  ['round below zero', { round: -1 }, 'number-out-of-range'],
  ['round beyond u32', { round: 2 ** 32 }, 'number-out-of-range'],
]
const names: Invalid[] = [
  ['block in capitals', { block: digest('block').toUpperCase() }, 'malformed-field'],
  ['block too short', { block: digest('block').slice(2) }, 'malformed-field'],
  ['link to a feed', { link: feed('author') }, 'malformed-field'],
  ['link with stray bits', { link: `%${'A'.repeat(42)}B=.sha256` }, 'malformed-field'],
]
const signatures: Invalid[] = [
  ['signature with stray bits', { sig: `${'A'.repeat(85)}B==` }, 'malformed-field'],
  ['signature too short', { sig: formOfSignature('x').slice(4) }, 'malformed-field'],
  ['signature in the SSB form', { sig: `${sig}.sig.ed25519` }, 'malformed-field'],
]

const precommit = () => {
  const data = {
    blockid: 12,
    round: 1,
    link: link('assembled'),
    block: digest('block'),
    xroot: digest('results'),
    exceptions: { count: 2, first: [0, 70_000] },
    entry: link('entry'),
    sig,
  }
  const body = {
    type: 'precommit',
    skip: false,
    height: 12,
    round: 1,
    assembled: data.link,
    block: data.block,
    xRoot: data.xroot,
    exceptions: { count: 2, positions: [0, 70_000] },
    entry: data.entry,
    signature: sig,
  }
  const { entry: _, ...withoutEntry } = data
  const sixtyFour = Array.from({ length: 64 }, (_item, i) => 3 * i)
  return cases(
    [
      { name: 'after a round change', content: { type: 'precommit', data }, body },
      {
        name: 'first round, largest numbers, exceptions beyond the list',
        content: {
          type: 'precommit',
          data: {
            ...withoutEntry,
            blockid: Number.MAX_SAFE_INTEGER,
            round: 4_294_967_295,
            exceptions: { count: 900, first: sixtyFour },
          },
        },
        body: {
          ...body,
          height: Number.MAX_SAFE_INTEGER,
          round: 4_294_967_295,
          exceptions: { count: 900, positions: sixtyFour },
          entry: null,
        },
      },
    ],
    [
      ...heights(),
      ...rounds,
      ...names,
      ...signatures,
      ['skip that is false', { skip: false }, 'unknown-field'],
      ['entry of null', { entry: null }, 'malformed-field'],
      ['fewer exceptions listed than counted', { exceptions: { count: 2, first: [1] } }, 'exceptions-count'],
      ['more exceptions listed than counted', { exceptions: { count: 0, first: [1] } }, 'exceptions-count'],
      [
        'more exceptions listed than allowed',
        { exceptions: { count: 65, first: [...sixtyFour, 900] } },
        'list-length',
      ],
      ['exceptions out of order', { exceptions: { count: 2, first: [2, 1] } }, 'unsorted-exceptions'],
      ['one exception twice', { exceptions: { count: 2, first: [1, 1] } }, 'unsorted-exceptions'],
      ['exceptions as a list', { exceptions: [1, 2] }, 'malformed-field'],
      ['exceptions with more fields', { exceptions: { count: 0, first: [], more: 1 } }, 'unknown-field'],
    ],
    ['entry'],
  )
}

const skip = () => {
  const data = { skip: true, blockid: 12, round: 1, entry: link('entry'), sig }
  const body = { type: 'precommit', skip: true, height: 12, round: 1, entry: data.entry, signature: sig }
  const { entry: _, ...withoutEntry } = data
  return cases(
    [
      { name: 'of a later round', content: { type: 'precommit', data }, body },
      {
        name: 'of the first round',
        content: { type: 'precommit', data: { ...withoutEntry, round: 0 } },
        body: { ...body, round: 0, entry: null },
      },
    ],
    [
      ...heights(),
      ...rounds,
      ...signatures,
      ['skip that is a number', { skip: 1 }, 'malformed-field'],
      ['skip with a block', { block: digest('block') }, 'unknown-field'],
    ],
    ['entry', 'skip'],
  )
}

const commit = () => {
  const data = {
    blockid: 12,
    round: 0,
    link: link('precommitted'),
    block: digest('block'),
    xroot: digest('results'),
    sig,
  }
  const body = {
    type: 'commit',
    height: 12,
    round: 0,
    precommitted: data.link,
    block: data.block,
    xRoot: data.xroot,
    signature: sig,
  }
  return cases(
    [{ name: 'a commit', content: { type: 'commit', data }, body }],
    [...heights(), ...rounds, ...names, ...signatures],
  )
}

const seal = () => {
  const data = {
    blockid: 12,
    link: link('committed'),
    block: digest('block'),
    xroot: digest('results'),
    stateroot: digest('state'),
    sig,
  }
  const body = {
    type: 'seal',
    height: 12,
    committed: data.link,
    block: data.block,
    xRoot: data.xroot,
    stateRoot: data.stateroot,
    signature: sig,
  }
  return cases(
    [{ name: 'a seal', content: { type: 'seal', data }, body }],
    [...heights(), ...names, ...signatures, ['a round', { round: 0 }, 'unknown-field']],
  )
}

const block = () => {
  const data = { blockid: 1, prev: digest('E(0)'), hash: digest('E(1)') }
  const body = { type: 'block', height: 1, previous: data.prev, hash: data.hash }
  return cases(
    [{ name: 'the first slot', content: { type: 'block', data }, body }],
    [...heights(), ['prev as a link', { prev: link('x') }, 'malformed-field']],
  )
}

const evidence = () => {
  const bytes = Buffer.from('part of a proof')
  const data = { proof: digest('proof'), part: 0, parts: 2, bytes: bytes.toString('base64') }
  const body = { type: 'evidence', ...data, bytes: bytes.toString('hex') }
  const long = Buffer.alloc(5_400, 7)
  return cases(
    [
      { name: 'the first of two parts', content: { type: 'evidence', data }, body },
      {
        name: 'the longest part, the last of most',
        content: {
          type: 'evidence',
          data: { ...data, part: 15, parts: 16, bytes: long.toString('base64') },
        },
        body: { ...body, part: 15, parts: 16, bytes: long.toString('hex') },
      },
    ],
    [
      ['a part beyond the last', { part: 2 }, 'number-out-of-range'],
      ['a negative part', { part: -1 }, 'number-out-of-range'],
      ['no parts', { parts: 0 }, 'number-out-of-range'],
      ['too many parts', { parts: 17 }, 'number-out-of-range'],
      ['half a part', { part: 0.5 }, 'malformed-field'],
      ['no bytes', { bytes: '' }, 'malformed-field'],
      ['bytes in another spelling', { bytes: data.bytes.replace(/=+$/, '') + 'A' }, 'malformed-base64'],
      ['too many bytes', { bytes: Buffer.alloc(5_401, 7).toString('base64') }, 'list-length'],
      ['a key for its hash', { proof: link('proof') }, 'malformed-field'],
    ],
  )
}

const identity = () => {
  const data = { ownerid: feed('owner'), role: 'transaction-validator', ownersig: sig, rolesig: sig }
  const body = {
    type: 'identity',
    owner: data.ownerid,
    role: data.role,
    ownerSignature: sig,
    roleSignature: sig,
  }
  return cases(
    [{ name: 'a role', content: { type: 'identity', data }, body }],
    [
      ['owner named by a message', { ownerid: link('x') }, 'malformed-field'],
      ['role with spaces', { role: 'block assembler' }, 'malformed-field'],
      ['role without letters', { role: '' }, 'malformed-field'],
      ['a role too long', { role: 'x'.repeat(53) }, 'malformed-field'],
      ['signature too short', { ownersig: formOfSignature('x').slice(4) }, 'malformed-field'],
    ],
  )
}

const contact = () => {
  const content = { type: 'contact', contact: feed('friend'), following: true, blocking: false }
  const body = { type: 'contact', contact: content.contact, following: true }
  const { following: _, ...withoutFollowing } = content
  return {
    valid: [
      { name: 'follow', content, body },
      { name: 'unfollow', content: { ...content, following: false }, body: { ...body, following: false } },
    ],
    invalid: [
      { name: 'without following', content: withoutFollowing, code: 'missing-field' },
      { name: 'a message followed', content: { ...content, contact: link('x') }, code: 'malformed-field' },
      { name: 'following as text', content: { ...content, following: 'true' }, code: 'malformed-field' },
      { name: 'a field more', content: { ...content, extra: 1 }, code: 'unknown-field' },
      { name: 'followed and blocked', content: { ...content, blocking: true }, code: 'contradiction' },
      { name: 'in an envelope', content: { type: 'contact', data: content }, code: 'missing-field' },
    ],
  }
}

const none = () => ({
  valid: [],
  invalid: [
    { name: 'encrypted', content: 'c2VjcmV0.box', code: 'encrypted-content' },
    { name: 'nothing', content: null, code: 'not-an-object' },
    { name: 'a number', content: 1, code: 'not-an-object' },
    { name: 'a list', content: [], code: 'not-an-object' },
    { name: 'no type', content: {}, code: 'unknown-type' },
    { name: 'a type that is no text', content: { type: 1 }, code: 'unknown-type' },
    { name: "another program's message", content: { type: 'post', text: 'hello' }, code: 'unknown-type' },
    { name: 'a type in capitals', content: { type: 'Commit', data: {} }, code: 'unknown-type' },
    { name: 'a name every object knows', content: { type: 'constructor', data: {} }, code: 'unknown-type' },
    { name: 'a flat commit', content: { type: 'commit', blockid: 1 }, code: 'missing-field' },
    { name: 'a commit of null', content: { type: 'commit', data: null }, code: 'malformed-field' },
    { name: 'a commit of a list', content: { type: 'commit', data: [] }, code: 'malformed-field' },
  ],
})

/** File name to vectors. */
export const messages = (): Readonly<Record<string, { valid: Case[]; invalid: object[] }>> => ({
  transaction: transaction(),
  precommit: precommit(),
  skip: skip(),
  commit: commit(),
  seal: seal(),
  block: block(),
  assembled: assembled([...heights(), ...rounds]),
  ...certificateMessages([...heights(), ...names], rounds),
  evidence: evidence(),
  identity: identity(),
  contact: contact(),
  none: none(),
})
