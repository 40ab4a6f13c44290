import type { DestinationKey } from '../../chain/index.js'

/** Keys and scripts that a node can sign with. Whoever writes one waits until it is on the disk. */
export interface Keys {
  /** 32 bytes, by the public key in hexadecimal. */
  privateKey(publicKey: string): Uint8Array | undefined
  /** The public key behind an address. */
  publicKeyOf(address: DestinationKey): Uint8Array | undefined
  redeemScript(address: DestinationKey): Uint8Array | undefined
  account(address: DestinationKey): string | undefined
  isWatched(address: DestinationKey): boolean
  importKey(privateKey: Uint8Array, isCompressed: boolean, account: string): Promise<void>
  importScript(redeemScript: Uint8Array, account: string): Promise<void>
  watch(address: DestinationKey, account: string): Promise<void>
}
