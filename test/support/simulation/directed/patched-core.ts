import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type * as Protocol from '../../../../src/protocol/index.js'
import type * as Roles from '../../../../src/roles/index.js'
import type { Network } from '../../../../src/roles/index.js'
import { runnerOf } from '../node.js'
import type { Cores } from '../simulated-world.js'

/** One change to the shipped core: `text` stands exactly once in `file` and gives way to `replacement`. */
export interface CorePatch {
  /** Below `src`. */
  readonly file: string
  readonly text: string
  readonly replacement: string
}

/** The pure core: what a patched copy consists of. */
export const CORE = ['util', 'feeds', 'roles', 'protocol'] as const

const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url))

/** The modules of a patched copy that are used from outside. */
export interface PatchedCore {
  readonly protocol: typeof Protocol
  readonly roles: typeof Roles
}

/**
 * The shipped sources with changes: a copy of them in a temporary folder is patched and imported, so that the sources
 * know nothing of mutants.
 * @throws Error if a patch no longer fits the sources
 */
export const patchedCore = async (patches: readonly CorePatch[]): Promise<PatchedCore> => {
  const folder = mkdtempSync(join(tmpdir(), 'blockfin-mutant-'))
  try {
    copySources(folder)
    for (const patch of patches) applyPatch(folder, patch)
    const entry = (name: string): string => pathToFileURL(join(folder, 'src', name, 'index.ts')).href
    return {
      protocol: (await import(entry('protocol'))) as typeof Protocol,
      roles: (await import(entry('roles'))) as typeof Roles,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Cores of the shipped sources with changes. @throws Error if a patch no longer fits the sources */
export const patchedCores = async (patches: readonly CorePatch[]): Promise<Cores> =>
  coresOf(await patchedCore(patches))

const copySources = (folder: string): void => {
  for (const name of CORE) {
    cpSync(join(PROJECT, 'src', name), join(folder, 'src', name), { recursive: true })
  }
  // What decides that these are modules, and where they find their dependencies.
  cpSync(join(PROJECT, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
}

const applyPatch = (folder: string, { file, text, replacement }: CorePatch): void => {
  const path = join(folder, 'src', file)
  const pieces = readFileSync(path, 'utf8').split(text)
  if (pieces.length !== 2) {
    throw new Error(`src/${file} has ${pieces.length - 1} times, not once: ${text}`)
  }
  writeFileSync(path, pieces.join(replacement))
}

/** What a network file makes of its members is as patched as the rest. */
export const coresOf = ({ protocol, roles }: PatchedCore): Cores => {
  const networks = new WeakMap<Network, Network>()
  const networkOf = (network: Network): Network => {
    const known = networks.get(network)
    if (known) return known
    const patched = { ...network, genesis: roles.epochOf(network.genesis.number, network.members) }
    networks.set(network, patched)
    return patched
  }
  const { validatorCore, messagenodeCore } = protocol
  return (member, context, origin) => {
    const given = { ...context, network: networkOf(context.network) }
    return member.kind === 'validator'
      ? runnerOf(validatorCore(given, origin))
      : runnerOf(messagenodeCore(given, origin))
  }
}
