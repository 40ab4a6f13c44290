import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'

/**
 * A small network of machines on this machine: each node has a network namespace of its own, with two cables. Over
 * one it reaches its peers through a switch that can be taken apart, so that a partition is what it is in the
 * world: packets stop arriving, and nobody is told. Over the other the test reaches its API, always.
 */
export class Namespaces {
  readonly #id = randomBytes(3).toString('hex')
  readonly #ports = new Map<string, string>()
  readonly #bridges = new Set<string>()

  /** Why there can be no namespaces here; null if there can. */
  static refusal(): string | null {
    try {
      const probe = `bf-probe-${randomBytes(3).toString('hex')}`
      run('netns', 'add', probe)
      run('netns', 'del', probe)
      return null
    } catch (error) {
      return error instanceof Error ? (error.message.split('\n').at(-2) ?? error.message) : String(error)
    }
  }

  private constructor() {}

  static create(names: readonly string[]): Namespaces {
    const namespaces = new Namespaces()
    try {
      namespaces.#build(names)
    } catch (error) {
      namespaces.close()
      throw error
    }
    return namespaces
  }

  /** What a command line begins with, to run as this node. */
  prefix(name: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespace(name)]
  }

  /** Where this node is reached: by its peers, and by the test. */
  hosts(name: string): { readonly ssb: string; readonly http: string } {
    const number = [...this.#ports.keys()].indexOf(name) + 1
    return { ssb: `10.211.0.${number}`, http: `10.212.0.${number}` }
  }

  /** Only nodes of one group reach each other; a node that is in none reaches nobody. */
  partition(...groups: readonly (readonly string[])[]): void {
    for (const name of this.#ports.keys()) {
      const group = groups.findIndex((members) => members.includes(name))
      this.#plug(name, group < 0 ? `alone-${name}` : `group-${group}`)
    }
  }

  heal(): void {
    this.partition([...this.#ports.keys()])
  }

  close(): void {
    for (const namespace of [this.#switch, ...[...this.#ports.keys()].map((name) => this.#namespace(name))]) {
      quietly('netns', 'del', namespace)
    }
    quietly('link', 'del', this.#control)
  }

  get #switch(): string {
    return `bf-${this.#id}-switch`
  }

  /** The bridge that the test and the APIs are on. */
  get #control(): string {
    return `bf${this.#id}c`
  }

  #namespace(name: string): string {
    return `bf-${this.#id}-${name}`
  }

  #build(names: readonly string[]): void {
    run('netns', 'add', this.#switch)
    run('link', 'add', this.#control, 'type', 'bridge')
    run('addr', 'add', '10.212.0.254/24', 'dev', this.#control)
    run('link', 'set', this.#control, 'up')
    for (const [index, name] of names.entries()) {
      this.#ports.set(name, `p${index}`)
      this.#addNode(name, index)
    }
    this.heal()
  }

  #addNode(name: string, index: number): void {
    const namespace = this.#namespace(name)
    const { ssb, http } = this.hosts(name)
    const outside = `bf${this.#id}${index}`
    run('netns', 'add', namespace)
    run('link', 'add', `p${index}`, 'netns', this.#switch, 'type', 'veth', 'peer', 'ssb', 'netns', namespace)
    run('link', 'add', outside, 'master', this.#control, 'type', 'veth', 'peer', 'http', 'netns', namespace)
    run('link', 'set', outside, 'up')
    run('-n', this.#switch, 'link', 'set', `p${index}`, 'up')
    for (const [device, address] of [
      ['ssb', ssb],
      ['http', http],
    ] as const) {
      run('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', device)
      run('-n', namespace, 'link', 'set', device, 'up')
    }
    run('-n', namespace, 'link', 'set', 'lo', 'up')
  }

  #plug(name: string, group: string): void {
    const bridge = this.#bridge(group)
    run('-n', this.#switch, 'link', 'set', this.#ports.get(name) ?? '', 'master', bridge)
  }

  #bridge(group: string): string {
    // A device name has 15 characters at most.
    const name = `b-${group.replace('validator', 'v').replace('messagenode', 'm').slice(-12)}`
    if (this.#bridges.has(name)) return name
    this.#bridges.add(name)
    run('-n', this.#switch, 'link', 'add', name, 'type', 'bridge')
    run('-n', this.#switch, 'link', 'set', name, 'up')
    return name
  }
}

const run = (...words: readonly string[]): void => {
  execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] })
}

const quietly = (...words: readonly string[]): void => {
  try {
    run(...words)
  } catch {
    // It was not made, or is gone already.
  }
}
