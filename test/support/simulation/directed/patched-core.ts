import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type * as Protocol from '../../../../src/protocol/index.js'
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

/**
 * Cores of the shipped sources with changes: a copy of them in a temporary folder is patched and imported, so that
 * the sources know nothing of mutants.
 * @throws Error if a patch no longer fits the sources
 */
export const patchedCores = async (patches: readonly CorePatch[]): Promise<Cores> => {
  const folder = mkdtempSync(join(tmpdir(), 'blockfin-mutant-'))
  try {
    copySources(folder)
    for (const patch of patches) applyPatch(folder, patch)
    const entry: string = pathToFileURL(join(folder, 'src/protocol/index.ts')).href
    return coresOf((await import(entry)) as typeof Protocol)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

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

const coresOf =
  ({ validatorCore, messagenodeCore }: typeof Protocol): Cores =>
  (member, context) =>
    member.kind === 'validator' ? runnerOf(validatorCore(context)) : runnerOf(messagenodeCore(context))
