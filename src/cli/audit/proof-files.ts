import { join } from 'node:path'

import type { AuditFinding } from '../../audit/index.js'
import { hashHex, sha256 } from '../../feeds/index.js'
import { evidenceBytes } from '../../protocol/index.js'
import { writeJson } from '../files.js'

/** One file for each proof, named by its code and hash. @throws CodedError as {@link writeJson} */
export const writeProofs = async (
  directory: string,
  findings: readonly AuditFinding[],
): Promise<readonly string[]> => {
  const files: string[] = []
  for (const { code, proof } of findings) {
    if (!proof) continue
    const file = join(directory, `${code}-${hashHex(sha256(evidenceBytes(proof))).slice(0, 16)}.json`)
    await writeJson(file, proof, 'replace')
    files.push(file)
  }
  return files
}
