import { join, resolve } from 'node:path'

import { dataDirectory } from '../../node/data-directory.js'
import type { HostPort } from '../../node/port.js'
import {
  generateNodeIdentity,
  isRoleIdentity,
  loadKeyFile,
  parseRegistration,
  signNetworkFile,
  type NetworkDraft,
  type NetworkFile,
  type NodeIdentity,
  type Protection,
  type Registration,
} from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { readJson, writeJson } from '../files.js'
import { newDraft, readDraft, writeDraft, type ChosenParameters } from './draft.js'
import { createMember } from './member.js'

/**
 * The registrar settles a network in two steps: a draft that members register under, and the network file that it
 * signs over their registrations. It is a member too, as an observer, so that its main feed can be replicated.
 */

export const REGISTRAR_NAME = 'registrar'

export const draftPath = (directory: string): string => join(resolve(directory), 'network-draft.json')

export interface NewRegistrar {
  readonly directory: string
  readonly ssb: HostPort
  readonly parameters?: ChosenParameters
  /** As in {@link createMember}. */
  readonly networkFile?: string
  readonly protection?: Protection | undefined
}

/** @throws CodedError as {@link createMember}, or a parameter's */
export const createRegistrar = async (request: NewRegistrar): Promise<NetworkDraft> => {
  const main = generateNodeIdentity()
  const draft = newDraft(main.id, request.parameters)
  await createMember({
    kind: 'observer',
    name: REGISTRAR_NAME,
    draft,
    directory: request.directory,
    ssb: request.ssb,
    http: null,
    main,
    protection: request.protection,
    ...(request.networkFile === undefined ? {} : { networkFile: request.networkFile }),
  })
  await writeDraft(draftPath(request.directory), draft)
  return draft
}

export interface SignRequest {
  readonly directory: string
  readonly passphrase?: string | undefined
  /** Files of the members; the registrar's own is added. */
  readonly registrations: readonly string[]
  readonly balances: ReadonlyMap<string, bigint>
  /** Where the network file goes. */
  readonly out: string
}

/**
 * @throws CodedError `registrar-key-mismatch`, `file-*`, `network-draft-malformed`, `registration-*`, or what makes the
 * network unacceptable
 */
export const signNetwork = async (request: SignRequest): Promise<NetworkFile> => {
  const paths = dataDirectory(request.directory)
  const draft = await readDraft(draftPath(paths.root))
  const registrar = await loadRegistrar(paths.key('main'), request.passphrase)
  const registrations: Registration[] = []
  for (const path of [...request.registrations, paths.registration]) {
    registrations.push(parseRegistration(await readJson(path), draft.networkId))
  }
  const file = signNetworkFile(registrar, draft, registrations, request.balances)
  await writeJson(request.out, file)
  return file
}

const loadRegistrar = async (path: string, passphrase: string | undefined): Promise<NodeIdentity> => {
  const identity = await loadKeyFile(path, passphrase)
  if (!isRoleIdentity(identity)) return identity
  throw new CodedError('key-file-mismatch', `${path} holds the identity of a role and not of a node`, {
    path,
  })
}
