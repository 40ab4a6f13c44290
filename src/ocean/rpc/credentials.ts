import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Who may call: `user:password`, compared without telling by time how much of it was right. */
export interface Credentials {
  /** `rpcuser` and `rpcpassword`, or those of the cookie file. */
  readonly user: string
  readonly password: string
  /** `rpcauth`: `user:salt$hash`, so that the file need not hold the password. */
  readonly hashed: readonly string[]
}

/** Whether the value of an `Authorization` header names someone who may call. */
export const isAuthorized = (header: string, { user, password, hashed }: Credentials): boolean => {
  if (!header.startsWith('Basic ')) return false
  const given = Buffer.from(header.slice('Basic '.length).trim(), 'base64').toString('utf8')
  // Each one is compared, so that time does not tell which of them it was.
  const matches = [equal(given, `${user}:${password}`), ...hashed.map((entry) => matchesHash(given, entry))]
  return matches.includes(true)
}

const matchesHash = (given: string, entry: string): boolean => {
  const [, user = '', salt = '', hash = ''] = /^([^:]*):([^$]*)\$(.*)$/.exec(entry) ?? []
  const colon = given.indexOf(':')
  if (colon === -1 || hash === '') return false
  const computed = createHmac('sha256', salt)
    .update(given.slice(colon + 1))
    .digest('hex')
  return equal(`${given.slice(0, colon)}:${computed}`, `${user}:${hash}`)
}

const equal = (left: string, right: string): boolean => timingSafeEqual(digest(left), digest(right))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
