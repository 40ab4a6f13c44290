import type { FastifyInstance } from 'fastify'
import { apiError, type EvidenceAnswer, type EvidenceJson, type StatusAnswer } from '../api/index.js'
import type { ChainHost, HeldEvidence } from '../chain-store/index.js'
import { hashIn } from './parameters.js'

type EvidenceHost = Pick<ChainHost<unknown>, 'evidence' | 'network'>

/** What is held against members, and each proof as the file that `blockfin verify` takes. */
export const addEvidenceRoutes = (server: FastifyInstance, host: EvidenceHost): void => {
  server.get('/v1/evidence', async (): Promise<EvidenceAnswer> => ({
    evidence: host.evidence.list().map((held) => evidenceJson(host, held)),
  }))

  server.get('/v1/evidence/:hash', async (request) => {
    const hash = hashIn(request.params, 'hash')
    const proof = host.evidence.proof(hash)
    if (!proof) throw apiError('evidence-unknown', { hash })
    return proof
  })
}

export const evidenceSummary = (host: EvidenceHost): Pick<StatusAnswer, 'findings' | 'culprits'> => {
  const findings: Record<string, number> = {}
  const culprits = new Set<string>()
  for (const held of host.evidence.list()) {
    findings[held.code] = (findings[held.code] ?? 0) + 1
    for (const { name } of evidenceJson(host, held).culprits) culprits.add(name)
  }
  return { findings, culprits: [...culprits].sort() }
}

const evidenceJson = (
  { network }: EvidenceHost,
  { hash, code, grade, proved, culprits, messages, facts }: HeldEvidence,
): EvidenceJson => ({
  hash,
  code,
  grade,
  proved,
  culprits: culprits.map(({ owner, role }) => ({
    owner,
    name: network.members.find(({ id }) => id === owner)?.name ?? owner,
    role,
  })),
  messages,
  facts,
})
