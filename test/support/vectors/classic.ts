import { feed, type KeyPair, keyPair, link, sha256 } from './naive.js'

/** SSB classic messages: their keys and signatures, and pairs that do or do not prove a fork. */

const AUTHOR = keyPair('author')
const OTHER = keyPair('other')

interface Draft {
  readonly previous: string | null
  readonly author: string
  readonly sequence: number
  readonly timestamp: number
  readonly hash: string
  readonly content: unknown
}
type Signed = Draft & { readonly signature: string }

const pretty = (value: object): string => JSON.stringify(value, null, 2)

const signed = (draft: Draft, key: KeyPair = AUTHOR): Signed => ({
  ...draft,
  signature: `${key.sign(Buffer.from(pretty(draft), 'utf8')).toString('base64')}.sig.ed25519`,
})

const draftOf = (sequence: number, text: string): Draft => ({
  previous: sequence === 1 ? null : link(`message ${sequence - 1}`),
  author: feed('author'),
  sequence,
  timestamp: 1_700_000_000_000 + sequence,
  hash: 'sha256',
  content: { type: 'post', text },
})

const keyed = (name: string, value: Signed) => ({
  name,
  value,
  key: `%${sha256(Buffer.from(pretty(value), 'latin1')).toString('base64')}.sha256`,
  size: pretty(value).length,
})

/** SSB allows either order of author and sequence; which one was signed shows in the text. */
const swapped = <D extends Draft>({ previous, author, sequence, ...rest }: D) => ({
  previous,
  sequence,
  author,
  ...rest,
})

const first = signed(draftOf(1, 'hello'))
const second = signed({ ...draftOf(2, 'world'), previous: keyed('', first).key })
const third = signed({ ...draftOf(3, 'again'), previous: keyed('', second).key })
const fork = signed(draftOf(2, 'or not'))
const badlySigned = signed(draftOf(2, 'never said'), OTHER)
const byOther = signed({ ...draftOf(2, 'world'), author: feed('other') }, OTHER)
const { timestamp: _, ...withoutTimestamp } = fork

/** Same 64 bytes, other text: the last digit before the padding has four bits that count for nothing. */
const respelled = {
  ...second,
  signature: second.signature.replace(
    /.(?===)/,
    (digit) => ({ A: 'B', Q: 'R', g: 'h', w: 'x' })[digit] ?? '?',
  ),
}

export const classic = () => ({
  note: 'Signed by the key whose seed is SHA-256("author"), or "other" where the name says so.',
  messages: [
    keyed('the first of a feed', first),
    keyed('a later one', second),
    keyed('text outside ASCII', signed(draftOf(3, 'Grüße, 世界 🦀, \ud800 alone'))),
    keyed('sequence before author', signed(swapped(draftOf(4, 'old order')))),
  ],
  forks: [
    { name: 'two messages at one sequence', a: second, b: fork, code: null },
    { name: 'and the other way round', a: fork, b: second, code: null },
    { name: 'one message twice', a: second, b: second, code: 'same-message' },
    { name: 'consecutive messages', a: first, b: second, code: 'linked-messages' },
    { name: 'a message on top of another branch', a: fork, b: third, code: null },
    { name: 'messages far apart', a: first, b: third, code: 'different-sequences' },
    { name: 'two authors', a: second, b: byOther, code: 'different-authors' },
    { name: 'a forged branch', a: second, b: badlySigned, code: 'bad-signature' },
    { name: 'a changed branch', a: second, b: { ...fork, timestamp: 1 }, code: 'bad-signature' },
    { name: 'fields in another order', a: second, b: swapped(second), code: 'bad-signature' },
    { name: 'one signature spelled otherwise', a: second, b: respelled, code: 'malformed-message' },
    { name: 'a field more', a: second, b: { ...fork, extra: 1 }, code: 'malformed-message' },
    { name: 'a field less', a: second, b: withoutTimestamp, code: 'malformed-message' },
  ],
})
