/** The part of sodium-native 3 that is used here; the package ships no types. Buffers are filled in place. */
declare module 'sodium-native' {
  interface Sodium {
    readonly crypto_sign_BYTES: number
    readonly crypto_pwhash_ALG_ARGON2ID13: number
    /** `signature` takes 64 bytes, `secretKey` is seed and public key. */
    crypto_sign_detached(signature: Buffer, message: Buffer, secretKey: Buffer): void
    crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean
    crypto_sign_seed_keypair(publicKey: Buffer, secretKey: Buffer, seed: Buffer): void
    /** `memoryLimit` in bytes. */
    crypto_pwhash(
      key: Buffer,
      passphrase: Buffer,
      salt: Buffer,
      passes: number,
      memoryLimit: number,
      algorithm: number,
    ): void
  }
  const sodium: Sodium
  export default sodium
}
