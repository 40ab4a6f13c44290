/** The part of ssb-keys 8 that is used here; the package ships no types. */
declare module 'ssb-keys' {
  interface Keys {
    readonly curve: 'ed25519'
    /** Base64 and `.ed25519`, without a sigil. */
    readonly public: string
    /** Base64 of seed and public key, and `.ed25519`. */
    readonly private: string
    /** `@` and `public`. */
    readonly id: string
  }
  const ssbKeys: {
    /** `seed`: 32 bytes; drawn from the system if left out. */
    generate(curve: 'ed25519', seed?: Buffer): Keys
    loadSync(path: string): Keys
  }
  export default ssbKeys
}
