import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Sbot, SsbKeys } from '../../../plugins/types/index.js'

/**
 * The same SSB stack twice: as shipped, and as we run it. A scenario is played on both, each in a process of its
 * own, because the cures reach into modules that all stacks of a process share.
 */
export type StackName = 'stock' | 'cured'

export interface Member {
  readonly sbot: Sbot
  readonly keys: SsbKeys
  readonly create: (content: object) => Promise<void>
}

export interface Stack {
  readonly name: StackName
  start(options?: { readonly path?: string; readonly keys?: SsbKeys }): Promise<Member>
}

const require = createRequire(import.meta.url)
const host = '127.0.0.1'

/** Gone when the process ends. */
const newFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'blockfin-stack-'))
  process.on('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}

const newKeys = (): SsbKeys => (require('ssb-keys') as { generate(): SsbKeys }).generate()

export const loadStack = async (name: StackName, networkKey: Uint8Array = randomBytes(32)): Promise<Stack> =>
  name === 'cured' ? curedStack(networkKey) : stockStack(networkKey)

const curedStack = async (networkKey: Uint8Array): Promise<Stack> => {
  const { createSsb } = await import('../../../src/node/ssb.js')
  return {
    name: 'cured',
    async start({ path = newFolder(), keys = newKeys() } = {}) {
      const sbot = await createSsb({ path, keys, networkKey, host, port: 0 })
      return {
        sbot,
        keys,
        create: async (content) => void (await sbot.durablePublish.publish(keys, content)),
      }
    },
  }
}

interface StockSbot extends Sbot {
  readonly db: Sbot['db'] & {
    create(options: object, callback: (error: Error | null) => void): void
  }
}

type Builder = ((config: object) => StockSbot) & { use(plugin: object): Builder }

/** With the options that their manuals recommend for nothing in particular: none. */
const stockStack = async (networkKey: Uint8Array): Promise<Stack> => {
  const stack = (require('secret-stack') as (config: object) => Builder)({
    caps: { shs: Buffer.from(networkKey).toString('base64') },
  })
  for (const plugin of [
    'ssb-db2/core',
    'ssb-classic',
    'ssb-box',
    'ssb-db2/compat/publish',
    'ssb-db2/compat/post',
    'ssb-db2/compat/ebt',
    'ssb-db2/compat/feedstate',
    'ssb-friends',
    'ssb-ebt',
  ]) {
    stack.use(require(plugin) as object)
  }
  return {
    name: 'stock',
    async start({ path = newFolder(), keys = newKeys() } = {}) {
      const sbot = stack({ path, keys, host, port: 20_000 + (randomBytes(2).readUInt16BE() % 10_000) })
      await new Promise<void>((resolve) => {
        sbot.db.stateFeedsReady((ready) => {
          if (ready) resolve()
        })
      })
      return {
        sbot,
        keys,
        create: (content) =>
          new Promise((resolve, reject) => {
            sbot.db.create({ keys, content }, (error) => (error ? reject(error) : resolve()))
          }),
      }
    },
  }
}
