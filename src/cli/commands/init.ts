import { resolve } from 'node:path'

import { command, DIRECTORY, FILE, HOST_PORT, NAME, oneOf, optional, required } from '../kit/index.js'
import { readPassphrase } from '../files.js'
import { readDraft } from '../network/draft.js'
import { createMember } from '../network/member.js'

export const init = command({
  name: 'init',
  summary: 'make the identities, options and registration of a new member',
  details:
    'Writes a data directory with a key file for the node and for each of its roles, node.json, and ' +
    'registration.json, which goes to the registrar and holds nothing secret.',
  arguments: {},
  options: {
    kind: required(oneOf('validator', 'messagenode', 'observer'), 'what the member will be'),
    name: required(NAME, 'name in the network, unique'),
    networkDraft: required(FILE, 'network-draft.json, from the registrar'),
    dir: required(DIRECTORY, 'data directory to make'),
    ssb: required(HOST_PORT, 'where its SSB socket listens, as others reach it'),
    http: optional(HOST_PORT, 'where its HTTP API listens; none if left out'),
    passphraseFile: optional(FILE, 'protects the key files with the first line of this file'),
  },
  examples: [
    'blockfin init --kind validator --name validator-1 --network-draft network-draft.json --dir validator-1 ' +
      '--ssb 10.0.0.1:8008 --http 10.0.0.1:8080',
    'blockfin init --kind observer --name archive --network-draft network-draft.json --dir archive --ssb 10.0.0.9:8008',
  ],
  async run({ kind, name, networkDraft, dir, ssb, http, passphraseFile }) {
    const passphrase = await readPassphrase(passphraseFile)
    const { id } = await createMember({
      kind,
      name,
      draft: await readDraft(networkDraft),
      directory: dir,
      ssb,
      http: http ?? null,
      protection: passphrase === undefined ? undefined : { passphrase },
    })
    const directory = resolve(dir)
    return {
      json: { id, kind, name, directory, registration: `${directory}/registration.json` },
      text: [
        `${kind} ${name} is ${id}`,
        `hand ${directory}/registration.json to the registrar, and put its network.json into ${directory}`,
      ].join('\n'),
    }
  },
})
