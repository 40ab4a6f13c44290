import { afterEach, expect, it } from 'vitest'
import type { EvidenceAnswer, StatusAnswer } from '../../../src/api/index.js'
import { createServer } from '../../../src/http/index.js'
import { addEvidenceRoutes, evidenceSummary } from '../../../src/http/evidence-routes.js'
import { lawOf, makeEvidence } from '../../../src/protocol/index.js'
import { verifyBytes } from '../../../src/roles/index.js'
import { assert } from '../../../src/util/index.js'
import { EVIDENCE_CASES, SignedScene } from '../../support/evidence/index.js'

const scene = new SignedScene()
const [fork] = EVIDENCE_CASES
assert(fork, 'there are cases')
const made = makeEvidence(
  lawOf(scene.network, verifyBytes),
  fork.code,
  fork.messages(scene).map((message) => scene.classic(message)),
)
assert(made.verdict === 'accept', 'it is proved')
const hash = 'ab'.repeat(32)
const host = {
  network: scene.network,
  evidence: {
    list: () => [
      {
        hash: scene.network.chainId,
        code: made.code,
        grade: 'proof' as const,
        proved: true,
        culprits: made.culprits,
        messages: made.keys,
        facts: made.facts,
      },
    ],
    proof: (asked: string) => (asked === hash ? made.proof : null),
  },
}

const server = createServer()
addEvidenceRoutes(server, host)
afterEach(() => server.close())

it('lists what is held with names, gives proofs as files, and knows no others', async () => {
  const list = await server.inject('/v1/evidence')
  expect(list.json<EvidenceAnswer>().evidence).toMatchObject([
    {
      code: 'feed-fork',
      proved: true,
      culprits: [{ name: scene.validator(0).name, role: 'transaction-validator' }],
    },
  ])
  const proof = await server.inject(`/v1/evidence/${hash}`)
  expect(proof.json()).toEqual(JSON.parse(JSON.stringify(made.proof)))
  const other = await server.inject(`/v1/evidence/${'cd'.repeat(32)}`)
  expect([other.statusCode, other.json<{ error: { code: string } }>().error.code]).toEqual([
    404,
    'evidence-unknown',
  ])
  expect((await server.inject('/v1/evidence/nonsense')).statusCode).toBe(400)
})

it('counts for the status by code, and names whom it is about', () => {
  const summary: Pick<StatusAnswer, 'findings' | 'culprits'> = evidenceSummary(host)
  const name = scene.network.members.find(({ id }) => id === made.culprits[0]?.owner)?.name
  expect(summary).toEqual({ findings: { 'feed-fork': 1 }, culprits: [name] })
})
