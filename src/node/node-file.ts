import { readFile } from 'node:fs/promises'

import type { z } from 'zod'

import { CodedError } from '../util/index.js'

/**
 * Reads a JSON file of options raw, then typed.
 *
 * @param sort of file, as the codes name it
 *
 * @throws CodedError `node-file-missing`, `node-file-unreadable`, `node-file-malformed`, or as `sort` is called (its first fault, and where)
 */
export const readNodeFile = async <S extends z.ZodType>(
  path: string,
  schema: S,
  sort = 'node-file',
): Promise<z.output<S>> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw reason === 'ENOENT'
      ? new CodedError(`${sort}-missing`, `there is no ${path}`, { path }, { cause })
      : new CodedError(
          `${sort}-unreadable`,
          `${path} cannot be read (${reason})`,
          { path, reason },
          { cause },
        )
  })
  const parsed = schema.safeParse(jsonOf(path, text, sort))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.map(String).join('.') ?? ''
  const where = place === '' ? '' : ` at ${place}`
  throw new CodedError(`${sort}-malformed`, `${path} is malformed${where}: ${issue?.message}`, {
    path,
    place,
  })
}

const jsonOf = (path: string, text: string, sort: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CodedError(`${sort}-malformed`, `${path} is not JSON`, { path }, { cause })
  }
}
