import { access } from 'node:fs/promises'
import { resolve } from 'node:path'

import { z } from 'zod'

import type { FeedId } from '../feeds/index.js'
import {
  isRoleIdentity,
  loadKeyFile,
  loadNetworkFile,
  registryOf,
  rolesOf,
  type Member,
  type MemberKind,
  type Network,
  type NodeIdentity,
  type Role,
  type RoleIdentity,
} from '../roles/index.js'
import { CodedError } from '../util/index.js'
import { checkDirectory, dataDirectory, type DataDirectory } from './data-directory.js'
import { readNodeFile } from './node-file.js'
import { checkPortFree, type HostPort } from './port.js'
import { LEAST_PRUNE_BLOCKS } from './pruning/index.js'

/**
 * What a node runs on. Network parameters (the signed network file), options of this node (`node.json`) and
 * secrets (key files, passphrase) stay apart on disk; here they are read, checked against each other and frozen,
 * before the first database or socket opens.
 *
 * | code | meaning |
 * |---|---|
 * | directory-missing, directory-unwritable | see data-directory.ts |
 * | node-file-missing, node-file-unreadable, node-file-malformed | see node-file.ts |
 * | network-file-*, ... | the network file, see src/roles |
 * | key-file-*, passphrase-* | a key file, see src/roles |
 * | member-unknown | the main key is no member's in this network |
 * | kind-mismatch | the network has this member in another kind |
 * | key-file-mismatch | a key file holds another key than the network registered, or an identity of another sort |
 * | follow-unknown | `follow` names no Messagenode |
 * | application-missing | the module of `application` cannot be read |
 * | prune-unfit | `pruneBlocks` with an observer, which knows of no checkpoint below which anything may go |
 * | port-unavailable | something else listens there, or this host has no such address |
 */
export interface NodeConfig {
  readonly directory: DataDirectory
  readonly network: Network
  readonly member: Member
  readonly main: NodeIdentity
  /** One identity for each role of the kind, in the order of the roles. */
  readonly roles: ReadonlyMap<Role, RoleIdentity>
  readonly ssb: HostPort
  /** Null: no HTTP API. */
  readonly http: HostPort | null
  /** The Messagenodes a validator connects to; all of them by default. */
  readonly follow: readonly FeedId[]
  /** Absolute path of a module that exports another application than the default. */
  readonly application: string | null
  /** Addresses, beside this machine's own, that may call the operator's routes. */
  readonly operators: readonly string[]
  readonly checkpointBlocks: number
  /** Heights whose transaction bodies are kept at least; null: all of them. */
  readonly pruneBlocks: number | null
  readonly limits: NodeLimits
  readonly logLevel: LogLevel
  /** What is allowed and yet unwise: a sentence each, for the log. */
  readonly warnings: readonly string[]
}

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const hostPortSchema = z.strictObject({ host: z.string().min(1).max(253), port: z.int().min(0).max(65_535) })

/** What clients may take of this node (docs/limits.md); a field left out has the default of its server. */
const limitsSchema = z.strictObject({
  connections: z.int().min(1).optional(),
  connectionsPerAddress: z.int().min(1).optional(),
  requestsPerSecond: z.number().min(1).optional(),
  eventStreams: z.int().min(0).optional(),
  eventStreamsPerAddress: z.int().min(0).optional(),
  pendingTransactions: z.int().min(1).optional(),
  pendingBytes: z.int().min(1).optional(),
  pendingPerAccount: z.int().min(1).optional(),
})
export type NodeLimits = z.output<typeof limitsSchema>

export const nodeFileSchema = z.strictObject({
  kind: z.enum(['validator', 'messagenode', 'observer']),
  /** Relative to the data directory. */
  network: z.string().min(1).default('network.json'),
  ssb: hostPortSchema,
  http: hostPortSchema.nullable().default(null),
  /** Names of Messagenodes. */
  follow: z.union([z.literal('all'), z.array(z.string()).min(1)]).default('all'),
  application: z.string().min(1).nullable().default(null),
  operators: z.array(z.union([z.ipv4(), z.ipv6()])).default([]),
  /** Blocks from one checkpoint to the next. */
  checkpointBlocks: z.int().min(1).max(1_000_000).default(200),
  /** Heights whose transaction bodies are kept at least; null keeps all of them. */
  pruneBlocks: z.int().min(LEAST_PRUNE_BLOCKS).max(1_000_000_000).nullable().default(null),
  limits: limitsSchema.default({}),
  logLevel: z.enum(LOG_LEVELS).default('info'),
})

/** `node.json` as it is written. */
export type NodeFile = z.input<typeof nodeFileSchema>
type ParsedNodeFile = z.output<typeof nodeFileSchema>

export interface ConfigRequest {
  readonly directory: string
  /** Instead of the one that node.json names. */
  readonly networkFile?: string | undefined
  readonly passphrase?: string | undefined
  /** Instead of the addresses in node.json; port 0 picks a free one. */
  readonly listen?: { readonly ssb?: HostPort | undefined; readonly http?: HostPort | null | undefined }
}

/** @throws CodedError of the table above; nothing was opened or created then. */
export const loadNodeConfig = async (request: ConfigRequest): Promise<NodeConfig> => {
  const directory = dataDirectory(request.directory)
  await checkDirectory(directory.root)
  const options = await readNodeFile(directory.options, nodeFileSchema)
  const networkPath = resolve(request.networkFile ?? resolve(directory.root, options.network))
  const network = await loadNetworkFile(networkPath)
  const main = await loadMain(directory, request.passphrase)
  const member = findMember(network, main, options.kind, networkPath)
  const roles = await loadRoles(directory, member, network, request.passphrase)
  const ssb = request.listen?.ssb ?? options.ssb
  const http = request.listen?.http === undefined ? options.http : request.listen.http
  const application = options.application === null ? null : resolve(directory.root, options.application)
  if (application !== null) await checkReadable(application)
  const follow = followed(options.follow, network, directory.options)
  await checkPortFree(ssb)
  if (http !== null) await checkPortFree(http)
  return Object.freeze({
    directory,
    network,
    member,
    main,
    roles,
    ssb: Object.freeze(ssb),
    http: Object.freeze(http),
    follow,
    application,
    operators: Object.freeze(options.operators),
    checkpointBlocks: options.checkpointBlocks,
    pruneBlocks: pruneBlocksOf(member, options, directory.options),
    limits: Object.freeze(options.limits),
    logLevel: options.logLevel,
    warnings: Object.freeze(warningsOf(member.kind, follow, network)),
  })
}

/**
 * The network file that a data directory names.
 * @throws CodedError `directory-missing`, `directory-unwritable`, `node-file-*`
 */
export const networkFileOf = async (path: string): Promise<string> => {
  const directory = dataDirectory(path)
  await checkDirectory(directory.root)
  const { network } = await readNodeFile(directory.options, nodeFileSchema)
  return resolve(directory.root, network)
}

const loadMain = async (directory: DataDirectory, passphrase?: string): Promise<NodeIdentity> => {
  const path = directory.key('main')
  const identity = await loadKeyFile(path, passphrase)
  if (isRoleIdentity(identity)) throw keyMismatch(path, 'it holds the identity of a role and not of a node')
  return identity
}

const findMember = (network: Network, main: NodeIdentity, kind: MemberKind, networkPath: string): Member => {
  const member = network.members.find(({ id }) => id === main.id)
  if (member === undefined) {
    const sentence = `the identity of this node is no member of the network in ${networkPath}`
    throw new CodedError('member-unknown', sentence, { id: main.id, networkPath })
  }
  if (member.kind !== kind) {
    const sentence = `node.json says ${kind}, but the network has ${member.name} as ${member.kind}`
    throw new CodedError('kind-mismatch', sentence, { expected: member.kind, kind })
  }
  return member
}

const loadRoles = async (
  directory: DataDirectory,
  member: Member,
  network: Network,
  passphrase: string | undefined,
): Promise<ReadonlyMap<Role, RoleIdentity>> => {
  const registry = registryOf(network)
  const roles = new Map<Role, RoleIdentity>()
  for (const role of rolesOf(member.kind)) {
    const path = directory.key(role)
    const identity = await loadKeyFile(path, passphrase)
    if (!isRoleIdentity(identity) || identity.role !== role || identity.ownerid !== member.id) {
      throw keyMismatch(path, `it is not this node's identity as ${role}`)
    }
    if (registry.feedOf(member.id, role) !== identity.id) {
      throw keyMismatch(path, `the network has another key for ${member.name} as ${role}`)
    }
    roles.set(role, identity)
  }
  return roles
}

const keyMismatch = (path: string, why: string): CodedError =>
  new CodedError('key-file-mismatch', `${path} is the wrong key file: ${why}`, { path })

const checkReadable = async (path: string): Promise<void> => {
  await access(path).catch((cause: unknown) => {
    const sentence = `the application module ${path} cannot be read`
    throw new CodedError('application-missing', sentence, { path }, { cause })
  })
}

const followed = (
  follow: ParsedNodeFile['follow'],
  { genesis }: Network,
  optionsPath: string,
): readonly FeedId[] => {
  if (follow === 'all') return Object.freeze(genesis.messagenodes.map(({ id }) => id))
  return Object.freeze(
    follow.map((name) => {
      const found = genesis.messagenodes.find((messagenode) => messagenode.name === name)
      if (found) return found.id
      const sentence = `${optionsPath} follows "${name}", which is no Messagenode of the network`
      throw new CodedError('follow-unknown', sentence, { name })
    }),
  )
}

const pruneBlocksOf = (
  { kind }: Member,
  { pruneBlocks }: ParsedNodeFile,
  optionsPath: string,
): number | null => {
  if (kind !== 'observer' || pruneBlocks === null) return pruneBlocks
  throw new CodedError('prune-unfit', `${optionsPath} has pruneBlocks, but an observer keeps all`, {
    pruneBlocks,
  })
}

/** Section 1: behind f_m Messagenodes, all Byzantine, a validator is safe but may never decide anything. */
const warningsOf = (kind: MemberKind, follow: readonly FeedId[], { parameters }: Network): string[] => {
  const least = parameters.faultyMessagenodes + 1
  if (kind !== 'validator' || new Set(follow).size >= least) return []
  return [`follows ${follow.length} Messagenodes; with fewer than ${least} it may stop when they misbehave`]
}
