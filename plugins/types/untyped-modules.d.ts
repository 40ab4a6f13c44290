/**
 * The SSB packages ship no types. Plugins are opaque objects handed to secret-stack; what we call on the assembled
 * stack is typed once, in `sbot.ts`.
 */
declare module 'ssb-db2/core.js' {
  const plugin: object
  export default plugin
}
declare module 'ssb-db2/compat/publish.js' {
  const plugin: object
  export default plugin
}
declare module 'ssb-db2/compat/post.js' {
  const plugin: object
  export default plugin
}
declare module 'ssb-db2/compat/ebt.js' {
  const plugin: object
  export default plugin
}
declare module 'ssb-db2/compat/feedstate.js' {
  const plugin: object
  export default plugin
}
declare module 'ssb-classic' {
  const plugin: object
  export default plugin
}
declare module 'ssb-box' {
  const plugin: object
  export default plugin
}
declare module 'ssb-ebt' {
  const plugin: object
  export default plugin
}
declare module 'ssb-friends' {
  const plugin: object
  export default plugin
}
declare module 'ssb-replication-scheduler' {
  const plugin: object
  export default plugin
}

declare module 'ssb-db2/indexes/plugin.js' {
  /** Base of every leveldb index over the log; subclasses see each record once, in log order. */
  export default class Plugin {
    constructor(
      log: unknown,
      directory: string,
      name: string,
      version: number,
      keyEncoding?: string,
      valueEncoding?: string,
      configDb2?: unknown,
    )
    batch: { type: 'put'; key: string; value: unknown }[]
    level: { get(key: string, callback: (error: Error | null, value: string) => void): void }
  }
}

declare module 'bipf' {
  const bipf: {
    allocAndEncode(value: unknown): Buffer
    seekKey2(buffer: Buffer, start: number, key: Buffer, keyStart: number): number
    decode(buffer: Buffer, start: number): unknown
  }
  export default bipf
}

declare module 'ssb-keys' {
  interface Keys {
    readonly curve: 'ed25519'
    readonly public: string
    readonly private: string
    readonly id: string
  }
  const ssbKeys: {
    generate(curve?: 'ed25519', seed?: Buffer): Keys
    hash(text: string): string
    signObj<T extends object>(keys: Keys, message: T): T & { signature: string }
    verifyObj(keys: { public: string }, message: object): boolean
  }
  export default ssbKeys
}
