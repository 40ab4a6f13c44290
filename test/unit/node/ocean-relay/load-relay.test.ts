import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadRelayPlace } from '../../../../src/node/ocean-relay/index.js'
import { generateNodeIdentity, generateRoleIdentity, writeKeyFile } from '../../../../src/roles/index.js'
import { temporaryDirectory } from '../../../support/temporary.js'

const identity = generateNodeIdentity()
const networkKey = Buffer.alloc(32, 7).toString('base64')
const file = { version: 1, networkKey, members: [{ id: identity.id, host: '127.0.0.1', port: 1 }] }

const written = async (text: string) => {
  const directory = await temporaryDirectory()
  const [relay, key] = [join(directory, 'relay.json'), join(directory, 'key.json')]
  await writeFile(relay, text)
  return { relay, key }
}

describe('the place of a node in a relay', () => {
  it('is that of its key', async () => {
    const { relay, key } = await written(JSON.stringify(file))
    await writeKeyFile(key, identity)
    expect(await loadRelayPlace(relay, key)).toEqual({ file, member: file.members[0], identity })
  })

  it.each([
    ['a key that is no member’s', JSON.stringify(file), generateNodeIdentity(), 'relay-member-unknown'],
    [
      'the key of a role',
      JSON.stringify(file),
      generateRoleIdentity(identity.id, 'sealer'),
      'key-file-mismatch',
    ],
    ['a file that is no JSON', '{', identity, 'relay-file-malformed'],
    ['a file of another sort', '{}', identity, 'relay-file-malformed'],
  ])('is refused for %s', async (_, text, keys, code) => {
    const { relay, key } = await written(text)
    await writeKeyFile(key, keys)
    await expect(loadRelayPlace(relay, key)).rejects.toMatchObject({ code })
  })

  it('needs its files', async () => {
    const { relay, key } = await written(JSON.stringify(file))
    await expect(loadRelayPlace(relay, key)).rejects.toMatchObject({ code: 'key-file-missing' })
    await expect(loadRelayPlace(`${relay}.no`, key)).rejects.toMatchObject({ code: 'relay-file-missing' })
  })
})
