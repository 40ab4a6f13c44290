import { mkdir, readdir } from 'node:fs/promises'

import { dataDirectory } from '../../node/data-directory.js'
import type { NodeFile } from '../../node/config.js'
import type { HostPort } from '../../node/port.js'
import {
  generateNodeIdentity,
  generateRoleIdentity,
  memberRegistration,
  rolesOf,
  writeKeyFile,
  type MemberKind,
  type NetworkDraft,
  type NodeIdentity,
  type Protection,
  type Registration,
} from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { writeJson } from '../files.js'
import { hostPortText } from '../kit/index.js'

/** A new member: its data directory with identities, options and the registration for the registrar. */
export interface NewMember {
  readonly kind: MemberKind
  readonly name: string
  readonly draft: NetworkDraft
  readonly directory: string
  readonly ssb: HostPort
  /** Null for a member without an HTTP API. */
  readonly http: HostPort | null
  /** As `node.json` names the network file: relative to the data directory. */
  readonly networkFile?: string
  readonly protection?: Protection | undefined
  /** The main identity; a new one if not given. */
  readonly main?: NodeIdentity
}

/**
 * @throws CodedError `directory-in-use`, `file-unwritable`, `key-file-*`, `name-malformed`, `ssb-address-malformed`,
 * `http-address-malformed`
 */
export const createMember = async (member: NewMember): Promise<Registration> => {
  const { kind, name, draft, ssb, http } = member
  const paths = dataDirectory(member.directory)
  const owner = member.main ?? generateNodeIdentity()
  const roles = rolesOf(kind).map((role) => generateRoleIdentity(owner.id, role))
  const registration = memberRegistration({
    networkId: draft.networkId,
    kind,
    owner,
    roles,
    name,
    addresses: { ssb, http: http === null ? null : `http://${hostPortText(http)}` },
  })
  await makeFresh(paths.root, paths.keys)
  await writeKeyFile(paths.key('main'), owner, member.protection)
  for (const role of roles) await writeKeyFile(paths.key(role.role), role, member.protection)
  const options: NodeFile = { kind, network: member.networkFile ?? 'network.json', ssb, http }
  await writeJson(paths.options, options)
  await writeJson(paths.registration, registration)
  return registration
}

/** Refuses a directory that already holds an identity: its feeds would be orphaned. */
const makeFresh = async (root: string, keys: string): Promise<void> => {
  try {
    await mkdir(keys, { recursive: true, mode: 0o700 })
    if ((await readdir(keys)).length === 0) return
  } catch (cause) {
    throw new CodedError('directory-unwritable', `${root} cannot be made`, { path: root }, { cause })
  }
  throw new CodedError('directory-in-use', `${root} already holds the identities of a member`, { path: root })
}
