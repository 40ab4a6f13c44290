import { readFileSync } from 'node:fs'

/** A file of `test/vectors`, by its path without `.json`. The caller states its shape: see `support/vectors`. */
export const readVectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))
