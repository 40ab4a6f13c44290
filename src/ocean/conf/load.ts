import { readFile } from 'node:fs/promises'

import { CodedError } from '../../util/index.js'
import { type ChainConf, chainConf } from './chain.js'
import { unknownOptions } from './known.js'
import { parseConf, parseOverrides, settingsOf } from './lines.js'
import { type NodeConf, nodeConf } from './node.js'

/** `ocean.conf`, typed and checked. */
export interface OceanConf {
  readonly chain: ChainConf
  readonly node: NodeConf
  /** Options that mean nothing here: ignored, as a real node does, and worth a word. */
  readonly unknown: readonly string[]
}

/**
 * @param overrides `name=value` each, which count before the file
 * @throws CodedError `ocean-conf-malformed`, `ocean-conf-invalid`
 */
export const readConf = (text: string, overrides: readonly string[] = []): OceanConf => {
  const settings = settingsOf(parseOverrides(overrides), parseConf(text))
  return Object.freeze({
    chain: chainConf(settings),
    node: nodeConf(settings),
    unknown: unknownOptions(settings.names),
  })
}

/** @throws CodedError `ocean-conf-unreadable`, and as {@link readConf} */
export const loadConf = async (path: string, overrides: readonly string[] = []): Promise<OceanConf> => {
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new CodedError(
      'ocean-conf-unreadable',
      `${path} cannot be read (${reason})`,
      { path, reason },
      { cause },
    )
  }
  return readConf(text, overrides)
}
