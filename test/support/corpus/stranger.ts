import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { openArchive } from '../../../src/archive/index.js'
import { EVIDENCE_CODES, type EvidenceProof, verifyEvidence } from '../../../src/protocol/index.js'
import { parseNetworkFile, verifyBytes } from '../../../src/roles/index.js'
import type { Audited } from './run.js'

/** What the program in examples/verifier, written from the pages, says of proofs, beside what `blockfin verify` says. */

const PROGRAM = fileURLToPath(new URL('../../../examples/verifier/verify_misbehaviour.py', import.meta.url))

export const hasPython = spawnSync('python3', ['--version']).status === 0

export interface Opinion {
  /** Code under which these messages are accused. */
  readonly code: string
  readonly ours: boolean
  readonly theirs: boolean
}

/** Every proof of an audit, as it is and with its messages accused of each other code. */
export const opinionsOn = async ({ file, report }: Audited): Promise<readonly Opinion[]> => {
  const proofs = report.findings.flatMap(({ proof }) => (proof ? variantsOf(proof) : []))
  if (proofs.length === 0) return []
  const archive = await openArchive(file)
  const text = archive.networkText
  await archive.close()
  const network = parseNetworkFile(JSON.parse(text))
  const [networkFile, proofFile] = [`${file}.network.json`, `${file}.proofs.json`]
  await writeFile(networkFile, text)
  await writeFile(proofFile, JSON.stringify(proofs))
  const run = spawnSync('python3', ['-B', PROGRAM, networkFile, proofFile], { encoding: 'utf8' })
  const lines = run.stdout.trim().split('\n')
  return proofs.map((proof, place) => ({
    code: proof.code,
    ours: verifyEvidence(network, structuredClone(proof), verifyBytes).verdict === 'accept',
    theirs: lines[place]?.startsWith(`${proof.code}: `) === true,
  }))
}

const variantsOf = (proof: EvidenceProof): readonly EvidenceProof[] => [
  proof,
  ...Object.keys(EVIDENCE_CODES).flatMap((code) =>
    code === proof.code ? [] : [{ ...proof, code: code as EvidenceProof['code'] }],
  ),
]
