import fc from 'fast-check'

/** Things that were right once: the faults that get past the first check are found from there. */

/** Bytes with some of them changed, some cut off, some added; now and then any bytes at all. */
export const spoiledBytes = (whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(), fc.uint8Array())
        .map(([bytes, changes, cut, added]) => {
          const spoiled = Uint8Array.from(bytes)
          for (const [place, byte] of changes) if (spoiled.length > 0) spoiled[place % spoiled.length] = byte
          const kept = cut % 3 === 0 ? spoiled.subarray(0, cut % (spoiled.length + 1)) : spoiled
          return cut % 2 === 0 ? kept : Uint8Array.from([...kept, ...added])
        }),
    },
  )

/** JSON with a few of its leaves, keys or branches replaced, dropped or repeated. */
export const spoiledJson = (whole: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue() },
    {
      weight: 4,
      arbitrary: fc
        .tuple(whole, fc.array(fc.tuple(fc.nat(), oddValue, fc.nat(3)), { maxLength: 3 }))
        .map(([json, changes]) =>
          changes.reduce<unknown>(
            (spoiled, [place, value, how]) => spoil(spoiled, place, value, how),
            clone(json),
          ),
        ),
    },
  )

/** What is of a wrong type, or at the edge of the right one. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, -1, 0, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, '', '=', '__proto__', [], {}, true),
  fc.constantFrom('A'.repeat(9000), 'ab'.repeat(32), '%.sha256', '@.ed25519', '\u0000', '\ud800'),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
)

const clone = (json: unknown): unknown => JSON.parse(JSON.stringify(json) ?? 'null')

const spoil = (json: unknown, place: number, value: unknown, how: number): unknown => {
  const branches = branchesOf(json)
  const branch = branches[place % Math.max(1, branches.length)]
  if (branch === undefined) return value
  const { parent, key } = branch
  if (how === 0) Reflect.deleteProperty(parent, key)
  else if (how === 1) Reflect.set(parent, `${key}x`, value)
  else Reflect.set(parent, key, value)
  return json
}

const branchesOf = (json: unknown): { parent: object; key: string }[] => {
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, value]) => [{ parent: json, key }, ...branchesOf(value)])
}
