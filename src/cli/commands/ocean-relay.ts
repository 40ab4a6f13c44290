import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'

import type { FeedId } from '../../feeds/index.js'
import { isFeedId } from '../../feeds/index.js'
import { relayFileSchema, type RelayMember } from '../../ocean-relay/index.js'
import { generateNodeIdentity, writeKeyFile } from '../../roles/index.js'
import { readPassphrase, writeJson } from '../files.js'
import { command, FILE, HOST_PORT, type Kind, many, optional, usage, withDefault } from '../kit/index.js'

export const oceanNewKey = command({
  name: 'ocean new-key',
  summary: 'make the key of a node that shares its chain with others, and print its feed id',
  arguments: {},
  options: {
    out: withDefault(FILE, 'ocean-key.json', 'where the key file goes'),
    passphraseFile: optional(FILE, 'protects the key file with the first line of this file'),
  },
  examples: ['blockfin ocean new-key', 'blockfin ocean new-key --out node-a.key.json'],
  async run({ out, passphraseFile }) {
    const passphrase = await readPassphrase(passphraseFile)
    const identity = generateNodeIdentity()
    await writeKeyFile(out, identity, passphrase === undefined ? undefined : { passphrase })
    return { json: { id: identity.id, keyFile: resolve(out) }, text: identity.id }
  },
})

/** `FEED,HOST:PORT`. */
const MEMBER: Kind<RelayMember> = {
  placeholder: '<feed,host:port>',
  parse(text) {
    const comma = text.indexOf(',')
    const id = text.slice(0, Math.max(comma, 0))
    if (!isFeedId(id)) throw usage(`"${text}" does not begin with a feed id and a comma`)
    return { id, ...HOST_PORT.parse(text.slice(comma + 1)) }
  },
}

export const oceanRelayFile = command({
  name: 'ocean relay-file',
  summary: 'found a set of Ocean nodes that share blocks and transactions',
  details:
    'The file is the same at every member, and secret to all others: it holds the key that lets them talk to each ' +
    'other at all. What they print with `ocean new-key` goes in, each with the address where the others reach it.',
  arguments: { members: many(MEMBER, 'each member and where it listens', 1) },
  options: { out: withDefault(FILE, 'relay.json', 'where the relay file goes') },
  examples: ['blockfin ocean relay-file "$A,127.0.0.1:9101" "$B,127.0.0.1:9102" "$C,127.0.0.1:9103"'],
  async run({ members, out }) {
    const file = { version: 1, networkKey: randomBytes(32).toString('base64'), members }
    const checked = relayFileSchema.safeParse(file)
    if (!checked.success) throw usage(checked.error.issues[0]?.message ?? 'these members make no set')
    await writeJson(out, checked.data, 'new', 0o600)
    const ids: readonly FeedId[] = members.map(({ id }) => id)
    return { json: { file: resolve(out), members: ids }, text: `${ids.length} members in ${resolve(out)}` }
  },
})
