import { toHex } from '../../util/index.js'
import { hash160 } from '../codec/index.js'
import { type PrivateKey, publicKeyOf } from '../keys/index.js'

export interface SigningKey {
  /** 32 bytes. */
  readonly secret: Uint8Array
  readonly publicKey: Uint8Array
}

/** Whoever knows keys and scripts by their hashes: a wallet, or what one call brought along. */
export interface KeySource {
  key(hash: Uint8Array): SigningKey | undefined
  redeemScript(hash: Uint8Array): Uint8Array | undefined
}

export const signingKeyOf = ({ bytes, isCompressed }: PrivateKey): SigningKey => ({
  secret: bytes,
  publicKey: publicKeyOf(bytes, isCompressed),
})

/** These keys and scripts, and no others. */
export const keySourceOf = (
  keys: readonly SigningKey[],
  redeemScripts: readonly Uint8Array[] = [],
): KeySource => {
  const byHash = new Map(keys.map((key) => [toHex(hash160(key.publicKey)), key]))
  const scripts = new Map(redeemScripts.map((script) => [toHex(hash160(script)), script]))
  return { key: (hash) => byHash.get(toHex(hash)), redeemScript: (hash) => scripts.get(toHex(hash)) }
}

/** What none of the first knows, the next is asked for. */
export const eitherOf = (...sources: readonly KeySource[]): KeySource => ({
  key: (hash) => firstOf(sources, (source) => source.key(hash)),
  redeemScript: (hash) => firstOf(sources, (source) => source.redeemScript(hash)),
})

const firstOf = <T>(sources: readonly KeySource[], ask: (source: KeySource) => T | undefined) => {
  for (const source of sources) {
    const found = ask(source)
    if (found !== undefined) return found
  }
  return undefined
}
