import { toHex } from '../../util/index.js'
import { type Destination, destinationOf } from '../keys/index.js'

/** A destination as text that lists and maps can hold: `keyHash:<hex>`. */
export type DestinationKey = `${Destination['type']}:${string}`

export const destinationKey = ({ type, hash }: Destination): DestinationKey => `${type}:${toHex(hash)}`

export const destinationKeyOfScript = (script: Uint8Array): DestinationKey | undefined => {
  const destination = destinationOf(script)
  return destination && destinationKey(destination)
}

/** Entries made by an RPC, which no coin stands behind and no restart keeps. */
export const MANUAL_SOURCE = 'rpc'

/**
 * Addresses with what lists each of them. An address stays listed while one source is left, so that the list is the
 * same whether it was followed block by block or read from the unspent outputs.
 */
export class AddressList {
  readonly #sources = new Map<DestinationKey, Set<string>>()

  has(address: DestinationKey): boolean {
    return this.#sources.has(address)
  }

  get addresses(): readonly DestinationKey[] {
    return [...this.#sources.keys()]
  }

  add(address: DestinationKey, source: string = MANUAL_SOURCE): void {
    const sources = this.#sources.get(address)
    if (sources) sources.add(source)
    else this.#sources.set(address, new Set([source]))
  }

  removeSource(address: DestinationKey, source: string): void {
    const sources = this.#sources.get(address)
    sources?.delete(source)
    if (sources?.size === 0) this.#sources.delete(address)
  }

  /** Whatever lists it. */
  remove(address: DestinationKey): void {
    this.#sources.delete(address)
  }

  clear(): void {
    this.#sources.clear()
  }
}
