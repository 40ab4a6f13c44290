import { z } from 'zod'

/** What a wallet writes down, one record a line. State is what the records say, one after the other. */
const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/)
const id = z.string().regex(/^[0-9a-f]{64}$/)
const whole = z.number().int().nonnegative()

export const walletRecord = z.discriminatedUnion('kind', [
  /** The first one: where all else is derived from, and for which chain. */
  z.object({ kind: z.literal('origin'), genesis: id, seed: id, blinding: id, time: whole }),
  /** Keys derived ahead, from an index on: before the tweak, and as they stand in addresses. */
  z.object({
    kind: z.literal('derived'),
    first: whole,
    time: whole,
    keys: z.array(z.tuple([hex, hex])),
  }),
  /** A derived key is in use from now on. */
  z.object({ kind: z.literal('taken'), index: whole }),
  z.object({ kind: z.literal('private'), secret: id, isCompressed: z.boolean(), time: whole }),
  z.object({ kind: z.literal('watched'), script: hex, time: whole }),
  z.object({ kind: z.literal('redeem'), script: hex }),
  z.object({ kind: z.literal('label'), address: z.string(), label: z.string() }),
  /** A transaction of the wallet; `received` is when the wallet heard of it. */
  z.object({
    kind: z.literal('transaction'),
    hex,
    time: whole,
    received: whole,
    comment: z.string(),
    to: z.string(),
  }),
  z.object({ kind: z.literal('mined'), txid: id, height: whole, index: whole }),
  z.object({ kind: z.literal('abandoned'), txid: id, isAbandoned: z.boolean() }),
  /** All blocks up to this height have been looked at. */
  z.object({ kind: z.literal('scanned'), height: whole }),
])

export type WalletRecord = z.infer<typeof walletRecord>
