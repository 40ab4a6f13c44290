/** Amounts are satoshis in a bigint; no float ever stands between them and their text (`json/amount.ts`). */
export const COIN = 100_000_000n

/** No amount of any asset may exceed this (facts: MoneyRange applies to every asset). */
export const MAX_MONEY = 21_000_000n * COIN

export const inMoneyRange = (value: bigint): boolean => value >= 0n && value <= MAX_MONEY
