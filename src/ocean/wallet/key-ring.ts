import { createHmac } from 'node:crypto'
import { fromHex, toHex } from '../../util/index.js'
import { hash160, idOf } from '../codec/index.js'
import {
  type Destination,
  publicKeyOf,
  scriptOfDestination,
  tweakPrivateKey,
  tweakPublicKey,
} from '../keys/index.js'
import type { KeySource, SigningKey } from '../signing/index.js'
import { deriverOf, pathOf } from './derivation.js'
import type { WalletRecord } from './records.js'

/** What is known of a key that is in the wallet. */
export interface KnownKey {
  readonly publicKey: Uint8Array
  /** Seconds; 1 for a key that came from elsewhere, whose age nobody knows. */
  readonly time: number
  readonly derived?: { readonly index: number; readonly path: string; readonly baseKey: Uint8Array }
}

type Origin = Extract<WalletRecord, { kind: 'origin' }>

/** Keys, scripts and labels in memory. */
export class KeyRing implements KeySource {
  readonly #keys = new Map<string, KnownKey>()
  readonly #secrets = new Map<string, Uint8Array>()
  readonly #redeemScripts = new Map<string, Uint8Array>()
  readonly #watched = new Map<string, number>()
  readonly #labels = new Map<string, string>()
  readonly #pool = new Set<number>()
  readonly #byIndex = new Map<number, Uint8Array>()
  readonly #secretAt: (index: number) => Uint8Array
  readonly masterKeyId: string

  constructor(
    readonly origin: Origin,
    /** By which derived keys are tweaked; all zero for keys as they are. */
    private readonly contractHash: string,
  ) {
    const seed = fromHex(origin.seed)
    this.#secretAt = deriverOf(seed)
    this.masterKeyId = idOf(hash160(publicKeyOf(seed)))
  }

  apply(record: WalletRecord): void {
    switch (record.kind) {
      case 'derived':
        record.keys.forEach(([base, key], i) => this.#addDerived(record.first + i, base, key, record.time))
        break
      case 'taken':
        this.#pool.delete(record.index)
        break
      case 'private':
        this.#addPrivate(fromHex(record.secret), record.isCompressed, record.time)
        break
      case 'watched':
        this.#watched.set(record.script, record.time)
        break
      case 'redeem':
        this.#redeemScripts.set(toHex(hash160(fromHex(record.script))), fromHex(record.script))
        break
      case 'label':
        this.#labels.set(record.address, record.label)
        break
      default:
    }
  }

  #addDerived(index: number, base: string, key: string, time: number): void {
    const publicKey = fromHex(key)
    this.#keys.set(toHex(hash160(publicKey)), {
      publicKey,
      time,
      derived: { index, path: pathOf(index), baseKey: fromHex(base) },
    })
    this.#byIndex.set(index, publicKey)
    this.#pool.add(index)
  }

  #addPrivate(secret: Uint8Array, isCompressed: boolean, time: number): void {
    const publicKey = publicKeyOf(secret, isCompressed)
    const name = toHex(hash160(publicKey))
    this.#keys.set(name, { publicKey, time })
    this.#secrets.set(name, secret)
  }

  /** The record of the next keys, derived and not yet there. */
  derive(count: number, time: number): WalletRecord {
    const first = this.#byIndex.size
    const keys = Array.from({ length: count }, (_, i): [string, string] => {
      const base = publicKeyOf(this.#secretAt(first + i))
      return [toHex(base), toHex(tweakPublicKey(base, this.contractHash))]
    })
    return { kind: 'derived', first, time, keys }
  }

  /** Indices of derived keys that nobody was given, oldest first. */
  get pool(): readonly number[] {
    return [...this.#pool]
  }

  /** When the oldest of them was derived; undefined if there are none. */
  get oldestPoolTime(): number | undefined {
    const [oldest] = this.#pool
    const key = oldest === undefined ? undefined : this.#byIndex.get(oldest)
    return key && this.knownKey(hash160(key))?.time
  }

  publicKeyAt(index: number): Uint8Array | undefined {
    return this.#byIndex.get(index)
  }

  get derivedKeys(): readonly KnownKey[] {
    return [...this.#keys.values()].filter(({ derived }) => derived)
  }

  knownKey(hash: Uint8Array): KnownKey | undefined {
    return this.#keys.get(toHex(hash))
  }

  key(hash: Uint8Array): SigningKey | undefined {
    const known = this.knownKey(hash)
    if (!known) return undefined
    const { publicKey, derived } = known
    const secret = derived
      ? tweakPrivateKey(this.#secretAt(derived.index), this.contractHash)
      : this.#secrets.get(toHex(hash))
    return secret && { secret, publicKey }
  }

  redeemScript(hash: Uint8Array): Uint8Array | undefined {
    return this.#redeemScripts.get(toHex(hash))
  }

  /** When it was first watched, for a script that is. */
  watchedSince(script: Uint8Array): number | undefined {
    return this.#watched.get(toHex(script))
  }

  label(address: string): string | undefined {
    return this.#labels.get(address)
  }

  /** The key by which somebody could hide an amount that is paid to the script. */
  blindingKey(script: Uint8Array): Uint8Array {
    const secret = createHmac('sha256', fromHex(this.origin.blinding)).update(script).digest()
    return publicKeyOf(new Uint8Array(secret))
  }

  blindingKeyFor(destination: Destination): Uint8Array {
    return this.blindingKey(scriptOfDestination(destination))
  }
}
