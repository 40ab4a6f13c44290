import { constants } from 'node:fs'
import { access, mkdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { ClassicLevel } from 'classic-level'

import type { FeedRole } from '../roles/index.js'
import { CodedError } from '../util/index.js'

/**
 * The one drawing of a member's data directory, and the lock that keeps a second process out of it: two writers
 * on one identity would fork its feeds.
 *
 * ```
 * node.json           options of this node (config.ts)
 * registration.json   what the member handed to the registrar; nothing secret
 * network.json        the signed network file, unless node.json names another path
 * keys/main.json      the node's identity, mode 0600
 * keys/<role>.json    one identity for each role
 * lock/               held while a process runs here
 * ssb/                feeds, their write-ahead log and what peers have
 * checkpoints/        states of sealed heights, from which a restart goes on
 * evidence/           proofs of misbehaviour, one file each; nothing secret
 * signed-tips         where own feeds ended when they were last signed (signed-tips.ts)
 * chain/              blocks, certificates and states derived from the feeds
 * node.log            what `blockfin devnet` collects of the process's output
 * ```
 */
export interface DataDirectory {
  readonly root: string
  readonly options: string
  readonly registration: string
  readonly network: string
  readonly keys: string
  readonly key: (role: FeedRole) => string
  readonly lock: string
  readonly ssb: string
  readonly signedTips: string
  readonly chain: string
  readonly checkpoints: string
  readonly evidence: string
  readonly log: string
}

export const dataDirectory = (directory: string): DataDirectory => {
  const root = resolve(directory)
  const keys = join(root, 'keys')
  return Object.freeze({
    root,
    options: join(root, 'node.json'),
    registration: join(root, 'registration.json'),
    network: join(root, 'network.json'),
    keys,
    key: (role: FeedRole) => join(keys, `${role}.json`),
    lock: join(root, 'lock'),
    ssb: join(root, 'ssb'),
    signedTips: join(root, 'signed-tips'),
    chain: join(root, 'chain'),
    checkpoints: join(root, 'checkpoints'),
    evidence: join(root, 'evidence'),
    log: join(root, 'node.log'),
  })
}

/**
 * @throws CodedError `directory-missing`, `directory-unwritable`: nothing was created.
 */
export const checkDirectory = async (root: string): Promise<void> => {
  await access(root, constants.F_OK).catch((cause: unknown) => {
    throw new CodedError('directory-missing', `there is no data directory ${root}`, { path: root }, { cause })
  })
  await access(root, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    const sentence = `the data directory ${root} cannot be written`
    throw new CodedError('directory-unwritable', sentence, { path: root }, { cause })
  })
}

export interface DirectoryLock {
  /** Lets the next process in. Dying does the same. */
  release(): Promise<void>
}

/**
 * Directories locked by this process. The system's lock belongs to the whole process, and LevelDB drops it when
 * a second attempt of the same process fails, so that attempt must never reach it.
 */
const heldHere = new Set<string>()

/**
 * Takes the directory for this process alone. The lock is the operating system's, on the LOCK file of an empty
 * LevelDB database: however the process ends, it is gone with it, so that nothing stale is ever left to judge by
 * process numbers.
 *
 * @throws CodedError `directory-locked`, `directory-missing`, `directory-unwritable`
 */
export const lockDirectory = async (directory: string): Promise<DirectoryLock> => {
  const paths = dataDirectory(directory)
  await checkDirectory(paths.root)
  const name = await realpath(paths.root)
  if (heldHere.has(name)) throw locked(paths.root)
  heldHere.add(name)
  const database = new ClassicLevel(paths.lock)
  try {
    await mkdir(paths.lock, { recursive: true })
    await database.open()
  } catch (error) {
    heldHere.delete(name)
    throw reasonOf(error) === 'LEVEL_LOCKED' ? locked(paths.root, error) : unlockable(paths.root, error)
  }
  return {
    async release() {
      await database.close()
      heldHere.delete(name)
    },
  }
}

const reasonOf = (error: unknown): unknown => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}

const locked = (path: string, cause?: unknown): CodedError =>
  new CodedError('directory-locked', `another process is running on ${path}`, { path }, { cause })

const unlockable = (path: string, cause: unknown): CodedError =>
  new CodedError('directory-unwritable', `the data directory ${path} cannot be locked`, { path }, { cause })
