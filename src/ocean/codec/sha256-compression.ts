/**
 * One round of SHA-256's compression over a block of 64 bytes, from the standard start and without padding. Elements
 * hashes the nodes of its fast Merkle trees that way; no hash library gives it out.
 */

/** The first 32 bits of the fractional part of a root, computed exactly in integers. */
const fractionOf = (prime: number, degree: 2 | 3): number => {
  const target = BigInt(prime) << BigInt(32 * degree)
  let low = 0n
  let high = 1n << 40n
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** BigInt(degree) <= target) low = middle
    else high = middle
  }
  return Number(low & 0xffffffffn)
}

const firstPrimes = (count: number): number[] => {
  const primes: number[] = []
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  return primes
}

const START = firstPrimes(8).map((prime) => fractionOf(prime, 2))
const ROUND_CONSTANTS = firstPrimes(64).map((prime) => fractionOf(prime, 3))

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const scheduleOf = (block: Uint8Array): Int32Array => {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const words = new Int32Array(64)
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(4 * i)
  for (let i = 16; i < 64; i++) {
    const early = words[i - 15] ?? 0
    const late = words[i - 2] ?? 0
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    words[i] = (words[i - 16] ?? 0) + s0 + (words[i - 7] ?? 0) + s1
  }
  return words
}

export const compressBlock = (block: Uint8Array): Uint8Array => {
  const words = scheduleOf(block)
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = START
  for (let i = 0; i < 64; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + (ROUND_CONSTANTS[i] ?? 0) + (words[i] ?? 0)) | 0
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  const out = new DataView(new ArrayBuffer(32))
  ;[a, b, c, d, e, f, g, h].forEach((word, i) => out.setInt32(4 * i, (word + (START[i] ?? 0)) | 0))
  return new Uint8Array(out.buffer)
}
