import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { dataDirectory, lockDirectory } from '../../node/data-directory.js'
import type { HostPort } from '../../node/port.js'
import { generateNodeIdentity, loadNetworkFile, writeKeyFile, type MemberKind, type Network } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { accountOf } from '../account-key.js'
import { createMember } from '../network/member.js'
import { createRegistrar, signNetwork } from '../network/registrar.js'
import { layoutOf, OBSERVER_NAME, type Layout } from './layout.js'
import { freePorts } from './ports.js'

/** Makes a devnet's directory, whole or not at all, or opens the one that is there. */

const HOST = '127.0.0.1'
/** STORE units: of each account of the demo client, and of the account for whoever tries the network. */
const CLIENT_BALANCE = 10n ** 15n
const ACCOUNT_BALANCE = 10n ** 12n

export interface DevnetRequest {
  readonly directory: string
  /** What the caller insists on; a new devnet has 4 and 3, an existing one has what it has. */
  readonly validators: number | undefined
  readonly messagenodes: number | undefined
}

export interface Devnet {
  readonly layout: Layout
  readonly network: Network
  /** It was there before. */
  readonly continued: boolean
}

const DEFAULT_VALIDATORS = 4
const DEFAULT_MESSAGENODES = 3

/** @throws CodedError `devnet-directory-taken`, `devnet-mismatch`, `directory-locked`, and what its parts throw */
export const openDevnet = async (request: DevnetRequest): Promise<Devnet> => {
  const layout = layoutOf(request.directory)
  const continued = await holdsNetwork(layout)
  if (!continued) await create(layout, request)
  const network = await loadNetworkFile(layout.network)
  checkComposition(network, request, layout)
  if (continued) await checkIdle(network, layout)
  return { layout, network, continued }
}

/** Beside members that run already, all that this devnet starts would end at once, and nobody would say why. */
const checkIdle = async ({ members }: Network, layout: Layout): Promise<void> => {
  const started = members.filter(({ kind }) => kind !== 'observer').map(({ name }) => name)
  for (const name of ['registrar', ...started]) await (await lockDirectory(layout.member(name))).release()
}

const holdsNetwork = async ({ root, network }: Layout): Promise<boolean> => {
  const found = await readdir(root).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw new CodedError('devnet-directory-taken', `${root} is no directory that can be read`, { path: root }, { cause })
  })
  if (found.length === 0) return false
  if (await stat(network).catch(() => null)) return true
  throw new CodedError('devnet-directory-taken', `${root} holds other files and no network.json`, { path: root })
}

const checkComposition = ({ genesis }: Network, { validators, messagenodes }: DevnetRequest, { root }: Layout): void => {
  const fits =
    (validators ?? genesis.validators.length) === genesis.validators.length &&
    (messagenodes ?? genesis.messagenodes.length) === genesis.messagenodes.length
  if (fits) return
  const has = `${genesis.validators.length} validators and ${genesis.messagenodes.length} Messagenodes`
  throw new CodedError('devnet-mismatch', `the devnet in ${root} has ${has}; name another directory`, { path: root })
}

const create = async (layout: Layout, request: DevnetRequest): Promise<void> => {
  const parent = dirname(layout.root)
  await mkdir(parent, { recursive: true }).catch((cause: unknown) => {
    throw new CodedError('directory-unwritable', `${parent} cannot be made`, { path: parent }, { cause })
  })
  const draftRoot = await mkdtemp(`${layout.root}.new-`).catch((cause: unknown) => {
    throw new CodedError('directory-unwritable', `${parent} cannot be written`, { path: parent }, { cause })
  })
  try {
    await fill(layoutOf(draftRoot), request)
    await rename(draftRoot, layout.root)
  } finally {
    await rm(draftRoot, { recursive: true, force: true })
  }
}

const fill = async (layout: Layout, { validators, messagenodes }: DevnetRequest): Promise<void> => {
  const planned = membersOf(validators ?? DEFAULT_VALIDATORS, messagenodes ?? DEFAULT_MESSAGENODES)
  const addresses = await drawAddresses(1 + planned.length * 2)
  const registrarDirectory = layout.member('registrar')
  // One directory above each member's stands the file that all share.
  const networkFile = '../network.json'
  const draft = await createRegistrar({ directory: registrarDirectory, ssb: addresses(), networkFile })
  for (const { kind, name } of planned) {
    const http = kind === 'observer' ? null : addresses()
    await createMember({ kind, name, draft, directory: layout.member(name), ssb: addresses(), http, networkFile })
  }
  await mkdir(layout.client, { recursive: true })
  const balances = new Map<string, bigint>()
  balances.set(await newAccount(layout.account), ACCOUNT_BALANCE)
  for (const [index] of planned.filter(({ kind }) => kind === 'validator').entries()) {
    balances.set(await newAccount(layout.clientKey(index + 1)), CLIENT_BALANCE)
  }
  await signNetwork({
    directory: registrarDirectory,
    registrations: planned.map(({ name }) => dataDirectory(layout.member(name)).registration),
    balances,
    out: layout.network,
  })
}

const membersOf = (validators: number, messagenodes: number): readonly { kind: MemberKind; name: string }[] => [
  ...numbered('validator', validators),
  ...numbered('messagenode', messagenodes),
  { kind: 'observer', name: OBSERVER_NAME },
]

const numbered = (kind: MemberKind, count: number): { kind: MemberKind; name: string }[] =>
  Array.from({ length: count }, (_, index) => ({ kind, name: `${kind}-${index + 1}` }))

/** Gives one after the other. */
const drawAddresses = async (count: number): Promise<() => HostPort> => {
  const ports = (await freePorts(HOST, count)).values()
  return () => ({ host: HOST, port: ports.next().value ?? 0 })
}

const newAccount = async (path: string): Promise<string> => {
  const identity = generateNodeIdentity()
  await writeKeyFile(path, identity)
  return accountOf(identity)
}
