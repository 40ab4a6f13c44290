import type { z } from 'zod'
import { CodedError, isCoded, toHex, utf8 } from '../util/index.js'
import { drawRandom, type Identity, type PublicIdentity } from './identity.js'
import { identitySchema, identitySchemaWith, publicKeyMatches } from './identity-schema.js'
import { seal, sealedSchema, unseal, type PassphraseCost, type Sealed } from './passphrase.js'
import { readPrivateFile, writeNewPrivateFile } from './private-file.js'

/**
 * One JSON file per identity, for its owner's eyes only. Unprotected, it is the document's listing 1 or 2 as it
 * stands, which ssb-keys loads too. Under a passphrase, `sealed` takes the place of `private` and holds the whole
 * identity, so that a change to the readable part is noticed.
 *
 * | code | meaning |
 * |---|---|
 * | key-file-missing | no such file |
 * | key-file-unreadable | the system refuses to read it |
 * | key-file-unwritable | the system refuses to write it |
 * | key-file-permissions | others than its owner may read or change it |
 * | key-file-malformed | not a key file, or its parts do not belong together |
 * | key-file-exists | a key file is never overwritten |
 * | passphrase-needed | sealed, and no passphrase was given |
 * | passphrase-wrong | the passphrase does not open it |
 * | passphrase-empty | an empty passphrase protects nothing |
 */

const MAX_FILE_SIZE = 64 * 1024

const sealedFileSchema = identitySchemaWith({ sealed: sealedSchema })

export interface Protection {
  readonly passphrase: string
  /** What a guess costs; tests take less. */
  readonly cost?: PassphraseCost
}

/**
 * Writes a new key file, whole and durable or not at all, mode 0600.
 * @throws CodedError `key-file-exists`, `key-file-unwritable`, `passphrase-empty`
 */
export const writeKeyFile = async (
  path: string,
  identity: Identity,
  protection?: Protection,
): Promise<void> => {
  const text = JSON.stringify(await contentOf(identity, protection), null, 2)
  const temporary = `${path}.${toHex(drawRandom(8))}.new`
  try {
    await writeNewPrivateFile(path, temporary, `${text}\n`)
  } catch (cause) {
    const reason = reasonOf(cause)
    const [code, sentence] =
      reason === 'EEXIST'
        ? ['key-file-exists', `${path} exists, and a key file is never overwritten`]
        : ['key-file-unwritable', `the key file ${path} cannot be written (${reason})`]
    throw new CodedError(code, sentence, { path, reason }, { cause })
  }
}

/**
 * @param passphrase needed only for a sealed file, and not looked at otherwise.
 * @throws CodedError `key-file-missing`, `-unreadable`, `-permissions`, `-malformed`, `passphrase-needed`, `-wrong`
 */
export const loadKeyFile = async (path: string, passphrase?: string): Promise<Identity> => {
  const json = await readJson(path)
  const plain = identitySchema.safeParse(json)
  if (plain.success) return plain.data
  const { sealed, ...shown } = parseSealed(path, json)
  if (passphrase === undefined) {
    throw new CodedError('passphrase-needed', `the key file ${path} is under a passphrase`, { path })
  }
  const identity = identitySchema.safeParse(await openSealed(path, sealed, passphrase))
  if (!identity.success || !samePublicPart(identity.data, shown)) {
    throw malformed(path, 'what is sealed is not what is shown')
  }
  return identity.data
}

/** What anyone holding the file may know, without the passphrase. @throws CodedError as {@link loadKeyFile} */
export const loadPublicIdentity = async (path: string): Promise<PublicIdentity> => {
  const json = await readJson(path)
  const plain = identitySchema.safeParse(json)
  return publicPart(plain.success ? plain.data : parseSealed(path, json))
}

const contentOf = async (identity: Identity, protection: Protection | undefined): Promise<object> =>
  protection === undefined
    ? identity
    : {
        ...publicPart(identity),
        sealed: await seal(utf8(JSON.stringify(identity)), protection.passphrase, protection.cost),
      }

const publicPart = (identity: PublicIdentity): PublicIdentity => ({
  curve: identity.curve,
  public: identity.public,
  id: identity.id,
  ...('role' in identity ? { ownerid: identity.ownerid, role: identity.role } : {}),
})

const samePublicPart = (a: PublicIdentity, b: PublicIdentity): boolean =>
  JSON.stringify(publicPart(a)) === JSON.stringify(publicPart(b))

const parseSealed = (path: string, json: unknown): z.infer<typeof sealedFileSchema> => {
  const parsed = sealedFileSchema.safeParse(json)
  if (!parsed.success || !publicKeyMatches(parsed.data)) {
    throw malformed(path, 'it holds neither an identity nor a sealed one')
  }
  return parsed.data
}

const openSealed = async (path: string, sealed: Sealed, passphrase: string): Promise<unknown> => {
  try {
    return JSON.parse(Buffer.from(await unseal(sealed, passphrase)).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || isCoded(error, 'malformed-base64')) {
      throw malformed(path, 'what is sealed is no identity')
    }
    throw error
  }
}

const readJson = async (path: string): Promise<unknown> => {
  const file = await readPrivateFile(path, MAX_FILE_SIZE).catch((cause: unknown) => {
    const reason = reasonOf(cause)
    const [code, sentence] =
      reason === 'ENOENT'
        ? ['key-file-missing', `there is no key file ${path}`]
        : ['key-file-unreadable', `the key file ${path} cannot be read (${reason})`]
    throw new CodedError(code, sentence, { path, reason }, { cause })
  })
  if (file === undefined) throw malformed(path, 'it is no small regular file')
  const { text, ownerOnly, mode } = file
  if (!ownerOnly) {
    const sentence = `the key file ${path} has mode ${mode}: others may read or change it, so chmod it to 0600`
    throw new CodedError('key-file-permissions', sentence, { path, mode })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw malformed(path, 'it is not JSON')
  }
}

/** Without a cause: an error of JSON quotes the text, and this text is a secret key. */
const malformed = (path: string, why: string): CodedError =>
  new CodedError('key-file-malformed', `${path} is not a sound key file: ${why}`, { path })

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
