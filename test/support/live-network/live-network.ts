import { randomInt } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { StatusAnswer } from '../../../src/api/index.js'
import { freePorts } from '../../../src/cli/devnet/ports.js'
import type { ChosenParameters } from '../../../src/cli/network/draft.js'
import { createMember } from '../../../src/cli/network/member.js'
import { createRegistrar, signNetwork } from '../../../src/cli/network/registrar.js'
import { type Client, type ClientOptions, createClient } from '../../../src/client/index.js'
import type { NodeFile } from '../../../src/node/config.js'
import { dataDirectory } from '../../../src/node/data-directory.js'
import { loadNetworkFile, type Member, type MemberKind, type Network } from '../../../src/roles/index.js'
import { assert } from '../../../src/util/index.js'
import { eventually } from './eventually.js'
import type { Namespaces } from './namespaces.js'
import { NodeProcess } from './node-process.js'

export interface LiveNetworkOptions {
  readonly validators?: number
  readonly messagenodes?: number
  readonly observers?: number
  readonly balances?: ReadonlyMap<string, bigint>
  readonly parameters?: ChosenParameters
  /** Path of a module, for every node, instead of the STORE ledger. */
  readonly application?: string
  /** Gives every node a machine of its own, so to speak; closed with the network. */
  readonly namespaces?: (names: readonly string[]) => Namespaces
}

/**
 * A network of real processes on loopback, in a temporary folder of its own, with its own random network key. The
 * files are made as the command makes them; everything a test learns comes from the nodes' APIs and their disks.
 */
export class LiveNetwork {
  readonly #processes = new Map<string, NodeProcess>()
  /** Also those that ended: all of them are awaited at the end. */
  readonly #everStarted: NodeProcess[] = []

  private constructor(
    readonly directory: string,
    readonly network: Network,
    private readonly namespaces: Namespaces | undefined,
  ) {}

  static async create(options: LiveNetworkOptions = {}): Promise<LiveNetwork> {
    const directory = await mkdtemp(join(tmpdir(), 'blockfin-network-'))
    const members = membersOf(options)
    const namespaces = options.namespaces?.(members.map(({ name }) => name))
    await createFiles(directory, options, members, namespaces)
    return new LiveNetwork(directory, await loadNetworkFile(join(directory, NETWORK_FILE)), namespaces)
  }

  get networkFile(): string {
    return join(this.directory, NETWORK_FILE)
  }

  get validators(): readonly string[] {
    return this.#namesOf('validator')
  }

  get messagenodes(): readonly string[] {
    return this.#namesOf('messagenode')
  }

  /** Validators and Messagenodes. */
  get nodes(): readonly string[] {
    return [...this.validators, ...this.messagenodes]
  }

  member(name: string): Member {
    const member = this.network.members.find((candidate) => candidate.name === name)
    assert(member, `${name} is a member of the network`)
    return member
  }

  dataDirectory(name: string): string {
    return join(this.directory, name)
  }

  process(name: string): NodeProcess {
    const running = this.#processes.get(name)
    assert(running, `${name} was started`)
    return running
  }

  /** Starts nodes, all of them unless named, and resolves when they listen. */
  async start(...names: readonly string[]): Promise<void> {
    const started = (names.length > 0 ? names : this.nodes).map((name) => {
      assert(!this.#processes.get(name)?.isRunning, `${name} runs already`)
      const directory = this.dataDirectory(name)
      const prefix = this.namespaces?.prefix(name)
      const node = new NodeProcess(name, ['start', '--dir', directory], dataDirectory(directory).log, prefix)
      this.#processes.set(name, node)
      this.#everStarted.push(node)
      return node.started
    })
    await Promise.all(started)
  }

  /** Resolves when nodes, all of them unless named, have recovered their feeds and have company. */
  async ready(...names: readonly string[]): Promise<void> {
    const ready = (name: string) =>
      eventually(`${name} is ready`, async () => {
        const { problems } = await this.status(name)
        return problems.length === 0 ? true : undefined
      })
    const waiting = (names.length > 0 ? names : this.nodes).map((name) =>
      Promise.race([ready(name), this.process(name).failed]),
    )
    await Promise.all(waiting)
  }

  /** Kills nodes, all that run unless named, without a warning. */
  async kill(...names: readonly string[]): Promise<void> {
    const killed = names.length > 0 ? names.map((name) => this.process(name)) : [...this.#processes.values()]
    await Promise.all(killed.map((node) => node.kill()))
  }

  /** A client of these nodes. It gives up soon, so that a test sees the refusal itself. */
  client(names: readonly string[], patience: Partial<ClientOptions> = {}): Client {
    const urls = (kind: MemberKind) =>
      names
        .map((name) => this.member(name))
        .flatMap((member) => (member.kind === kind ? [urlOf(member)] : []))
    return createClient({
      validators: urls('validator'),
      messagenodes: urls('messagenode'),
      rounds: 1,
      ...patience,
    })
  }

  status(name: string): Promise<StatusAnswer> {
    return this.client([name], { requestTimeoutMs: 5_000 }).nodeStatus()
  }

  /** Ends every process and removes the folder. */
  async close(): Promise<void> {
    await Promise.all(this.#everStarted.map((node) => node.kill()))
    this.namespaces?.close()
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10 })
  }

  #namesOf(kind: MemberKind): readonly string[] {
    return this.network.members.filter((member) => member.kind === kind).map(({ name }) => name)
  }
}

const NETWORK_FILE = 'network.json'

const urlOf = ({ name, addresses }: Member): string => {
  assert(addresses.http !== null, `${name} has an API`)
  return addresses.http
}

interface PlannedMember {
  readonly kind: MemberKind
  readonly name: string
}

const membersOf = ({
  validators = 4,
  messagenodes = 3,
  observers = 0,
}: LiveNetworkOptions): PlannedMember[] => [
  ...numbered('validator', validators),
  ...numbered('messagenode', messagenodes),
  ...numbered('observer', observers),
]

const createFiles = async (
  directory: string,
  { parameters = {}, balances = new Map<string, bigint>(), application }: LiveNetworkOptions,
  members: readonly PlannedMember[],
  namespaces: Namespaces | undefined,
): Promise<void> => {
  const host = randomLoopback()
  const ports = (await freePorts(host, 1 + members.length * 2)).values()
  const address = (on = host) => ({ host: on, port: ports.next().value ?? 0 })
  // One directory above each member's stands the file that all share.
  const networkFile = `../${NETWORK_FILE}`
  const registrar = join(directory, 'registrar')
  const draft = await createRegistrar({ directory: registrar, ssb: address(), parameters, networkFile })
  for (const { kind, name } of members) {
    const hosts = namespaces?.hosts(name)
    const http = kind === 'observer' ? null : address(hosts?.http)
    const path = join(directory, name)
    await createMember({ kind, name, draft, directory: path, ssb: address(hosts?.ssb), http, networkFile })
    if (application !== undefined) await changeOptions(path, { application })
  }
  const registrations = members.map(({ name }) => dataDirectory(join(directory, name)).registration)
  await signNetwork({ directory: registrar, registrations, balances, out: join(directory, NETWORK_FILE) })
}

/** Changes `node.json` of a data directory. */
export const changeOptions = async (directory: string, changes: Partial<NodeFile>): Promise<void> => {
  const { options } = dataDirectory(directory)
  const before = JSON.parse(await readFile(options, 'utf8')) as NodeFile
  await writeFile(options, JSON.stringify({ ...before, ...changes }))
}

const numbered = (kind: MemberKind, count: number): PlannedMember[] =>
  Array.from({ length: count }, (_, index) => ({ kind, name: `${kind}-${index + 1}` }))

/** Linux has all of 127.0.0.0/8, so that networks that run at once never want the same port. */
const randomLoopback = (): string =>
  process.platform === 'linux'
    ? `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
    : '127.0.0.1'
