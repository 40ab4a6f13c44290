import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssbKeys from 'ssb-keys'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { PassphraseCost } from '../../../src/roles/index.js'
import {
  generateNodeIdentity,
  generateRoleIdentity,
  loadKeyFile,
  loadPublicIdentity,
  MAX_PASSPHRASE_COST,
  writeKeyFile,
} from '../../../src/roles/index.js'
import { seedOf } from '../../support/network.js'

const CHEAP: PassphraseCost = { passes: 1, memoryKiB: 8 }
const PASSPHRASE = 'correct horse battery staple'

const node = generateNodeIdentity(seedOf('a node'))
const other = generateNodeIdentity(seedOf('another node'))
const role = generateRoleIdentity(node.id, 'committer', seedOf('a role'))

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blockfin-keys-'))
  path = join(folder, 'main.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const refusal = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'no refusal',
    (error: unknown) => (error as { code?: unknown }).code,
  )

const modeOf = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8)

const rewrite = async (change: (json: Record<string, unknown>) => unknown): Promise<void> => {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, JSON.stringify(change(json)))
}

describe('a plain key file', () => {
  test.each([node, role])('comes back as it was written', async (identity) => {
    await writeKeyFile(path, identity)
    expect(await loadKeyFile(path)).toEqual(identity)
    expect(await loadKeyFile(path, 'a passphrase that nobody asked for')).toEqual(identity)
  })

  it('is the listing itself, for its owner only, with nothing left beside it', async () => {
    await writeKeyFile(path, role)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(role)
    expect(await modeOf(path)).toBe('600')
    expect(await readdir(folder)).toEqual(['main.json'])
  })

  it('is one that ssb-keys loads', async () => {
    await writeKeyFile(path, node)
    expect(ssbKeys.loadSync(path)).toEqual(node)
  })

  it('shows its public part alone', async () => {
    await writeKeyFile(path, role)
    const shown = await loadPublicIdentity(path)
    const { curve, public: key, id, ownerid, role: name } = role
    expect(shown).toEqual({ curve, public: key, id, ownerid, role: name })
  })

  test.each([
    ['key of another pair', { ...node, private: other.private }],
    ['public key of another pair', { ...node, public: other.public }],
    ['id of another pair', { ...node, id: other.id }],
    ['public key spelled with a sigil', { ...node, public: node.id }],
    ['curve', { ...node, curve: 'secp256k1' }],
    ['short private key', { ...node, private: `${node.private.slice(4)}` }],
    ['field too many', { ...node, comment: 'mine' }],
    ['role without owner', { ...node, role: 'sealer' }],
    ['role unknown', { ...role, role: 'emperor' }],
    ['owner that is no id', { ...role, ownerid: 'me' }],
    ['array', [node]],
    ['null', null],
  ])('is refused with a wrong %s', async (_, json) => {
    await writeFile(path, JSON.stringify(json), { mode: 0o600 })
    expect(await refusal(loadKeyFile(path))).toBe('key-file-malformed')
    expect(await refusal(loadPublicIdentity(path))).toBe('key-file-malformed')
  })
})

describe('a key file on disk', () => {
  test.each([0o640, 0o604, 0o620, 0o610, 0o666])('is refused with mode %o', async (mode) => {
    await writeKeyFile(path, node)
    await chmod(path, mode)
    expect(await refusal(loadKeyFile(path))).toBe('key-file-permissions')
    await chmod(path, 0o400)
    expect(await loadKeyFile(path)).toEqual(node)
  })

  it('has the permissions of the file, not of a link to it', async () => {
    await writeKeyFile(path, node)
    await chmod(path, 0o644)
    await symlink(path, join(folder, 'link.json'))
    expect(await refusal(loadKeyFile(join(folder, 'link.json')))).toBe('key-file-permissions')
  })

  it('is never overwritten', async () => {
    await writeKeyFile(path, node)
    expect(await refusal(writeKeyFile(path, other))).toBe('key-file-exists')
    expect(await loadKeyFile(path)).toEqual(node)
    expect(await readdir(folder)).toEqual(['main.json'])
  })

  it('is written by one alone of many at once', async () => {
    const identities = ['a', 'b', 'c', 'd'].map((label) => generateNodeIdentity(seedOf(label)))
    const outcomes = await Promise.all(identities.map((identity) => refusal(writeKeyFile(path, identity))))
    expect(outcomes.filter((outcome) => outcome === 'no refusal')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'key-file-exists')).toHaveLength(3)
    expect(await loadKeyFile(path)).toEqual(identities[outcomes.indexOf('no refusal')])
    expect(await readdir(folder)).toEqual(['main.json'])
  })

  it('has a code for everything that may be wrong with its path', async () => {
    expect(await refusal(loadKeyFile(path))).toBe('key-file-missing')
    await writeKeyFile(path, node)
    expect(await refusal(loadKeyFile(join(path, 'below')))).toBe('key-file-unreadable')
    expect(await refusal(writeKeyFile(join(folder, 'nowhere', 'main.json'), node))).toBe(
      'key-file-unwritable',
    )
    await mkdir(join(folder, 'folder'), { mode: 0o700 })
    expect(await refusal(loadKeyFile(join(folder, 'folder')))).toBe('key-file-malformed')
  })

  it('that is not JSON is refused without repeating what it says', async () => {
    const secret = 'not JSON but secret'
    await writeFile(path, secret, { mode: 0o600 })
    const error = await loadKeyFile(path).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'key-file-malformed' })
    expect(error).toBeInstanceOf(Error)
    const { message, cause, stack } = error as Error
    expect(`${message} ${String(cause)} ${stack}`).not.toContain(secret)
  })

  it('that is far too large is refused unread', async () => {
    await writeFile(path, ' '.repeat(65 * 1024) + JSON.stringify(node), { mode: 0o600 })
    expect(await refusal(loadKeyFile(path))).toBe('key-file-malformed')
  })
})

describe('a key file under a passphrase', () => {
  const protection = { passphrase: PASSPHRASE, cost: CHEAP }

  test.each([node, role])('comes back as it was written', async (identity) => {
    await writeKeyFile(path, identity, protection)
    expect(await loadKeyFile(path, PASSPHRASE)).toEqual(identity)
    expect(await modeOf(path)).toBe('600')
  })

  it('shows its public part without the passphrase, and its private part nowhere', async () => {
    await writeKeyFile(path, role, protection)
    expect(await loadPublicIdentity(path)).toMatchObject({ id: role.id, ownerid: node.id, role: 'committer' })
    const text = await readFile(path, 'utf8')
    expect(text).not.toContain(role.private.slice(0, 40))
    expect(text).not.toContain('"private"')
  })

  it('is sealed anew each time', async () => {
    await writeKeyFile(path, node, protection)
    await writeKeyFile(join(folder, 'second.json'), node, protection)
    const sealed = async (name: string) =>
      (JSON.parse(await readFile(join(folder, name), 'utf8')) as { sealed: Record<string, string> }).sealed
    const [one, two] = [await sealed('main.json'), await sealed('second.json')]
    expect([one['salt'] === two['salt'], one['nonce'] === two['nonce']]).toEqual([false, false])
  })

  it('asks for it, and refuses another', async () => {
    await writeKeyFile(path, node, protection)
    expect(await refusal(loadKeyFile(path))).toBe('passphrase-needed')
    expect(await refusal(loadKeyFile(path, ''))).toBe('passphrase-wrong')
    expect(await refusal(loadKeyFile(path, `${PASSPHRASE} `))).toBe('passphrase-wrong')
  })

  it('takes the same passphrase typed in another normal form', async () => {
    await writeKeyFile(path, node, { passphrase: 'ha\u0301 \ufb01n', cost: CHEAP })
    expect(await loadKeyFile(path, 'h\u00e1 fin')).toEqual(node)
  })

  it('cannot be made with an empty passphrase', async () => {
    expect(await refusal(writeKeyFile(path, node, { passphrase: '', cost: CHEAP }))).toBe('passphrase-empty')
    expect(await readdir(folder)).toEqual([])
  })

  it('cannot be made at a cost at which it would never be opened', async () => {
    const cost = { ...CHEAP, memoryKiB: MAX_PASSPHRASE_COST.memoryKiB + 1 }
    await expect(writeKeyFile(path, node, { passphrase: PASSPHRASE, cost })).rejects.toThrow('will be opened')
  })

  test.each([
    ['memoryKiB', 100 * 1024 * 1024],
    ['memoryKiB', MAX_PASSPHRASE_COST.memoryKiB + 1],
    ['memoryKiB', 7],
    ['memoryKiB', 8.5],
    ['passes', 0],
    ['passes', MAX_PASSPHRASE_COST.passes + 1],
    ['passes', 1e9],
    ['kdf', 'md5'],
    ['cipher', 'rot13'],
    ['salt', 'AAAA'],
    ['nonce', 'AAAA'],
    ['box', '*'],
    ['extra', 1],
  ])('is refused with a hostile %s = %s, before anything is derived', async (field, value) => {
    await writeKeyFile(path, node, protection)
    await rewrite((json) => ({ ...json, sealed: { ...(json['sealed'] as object), [field]: value } }))
    expect(await refusal(loadKeyFile(path, PASSPHRASE))).toBe('key-file-malformed')
  })

  test.each<[string, (json: Record<string, unknown>) => object]>([
    ['another role', (json) => ({ ...json, role: 'sealer' })],
    ['another owner', (json) => ({ ...json, ownerid: other.id })],
    ['another key', (json) => ({ ...json, id: other.id, public: other.public })],
  ])('is refused when it shows %s than is sealed', async (_, change) => {
    await writeKeyFile(path, role, protection)
    await rewrite(change)
    expect(await refusal(loadKeyFile(path, PASSPHRASE))).toBe('key-file-malformed')
  })

  it('is refused when its public parts contradict each other, before any passphrase', async () => {
    await writeKeyFile(path, node, protection)
    await rewrite((json) => ({ ...json, id: other.id }))
    expect(await refusal(loadPublicIdentity(path))).toBe('key-file-malformed')
    expect(await refusal(loadKeyFile(path))).toBe('key-file-malformed')
  })

  it('looks as under another passphrase when the box was touched', async () => {
    await writeKeyFile(path, node, protection)
    await rewrite((json) => {
      const sealed = json['sealed'] as { box: string }
      const box = Buffer.from(sealed.box, 'base64')
      box.writeUInt8(box.readUInt8(20) ^ 1, 20)
      return { ...json, sealed: { ...sealed, box: box.toString('base64') } }
    })
    expect(await refusal(loadKeyFile(path, PASSPHRASE))).toBe('passphrase-wrong')
  })
})
