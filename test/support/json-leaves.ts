/** Every leaf of a JSON value by its path, and the same value with one of them changed. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonPath = readonly (string | number)[]

export interface JsonLeaf {
  readonly path: JsonPath
  readonly value: null | boolean | number | string
}

export const leavesOf = (json: Json, path: JsonPath = []): readonly JsonLeaf[] => {
  if (typeof json !== 'object' || json === null) return [{ path, value: json }]
  return Object.entries(json).flatMap(([key, child]: [string, Json]) => leavesOf(child, [...path, key]))
}

/** `undefined` removes the leaf. */
export const withLeaf = (json: Json, path: JsonPath, value: Json | undefined): Json => {
  const [head, ...rest] = path
  if (head === undefined) return value ?? null
  if (Array.isArray(json)) {
    return json.map((child: Json, index) =>
      String(index) === String(head) ? withLeaf(child, rest, value) : child,
    )
  }
  return Object.fromEntries(
    Object.entries(json as { readonly [key: string]: Json }).flatMap(([key, child]) => {
      if (key !== head) return [[key, child]]
      return rest.length === 0 && value === undefined ? [] : [[key, withLeaf(child, rest, value)]]
    }),
  )
}
