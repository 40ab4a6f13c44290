import { join } from 'node:path'

import type { AuditReport } from '../../../src/audit/index.js'
import { verifyEvidence } from '../../../src/protocol/index.js'
import { worldOf } from '../audit/index.js'
import { treasonOf } from '../simulation/faults/index.js'
import type { Scenario } from '../simulation/index.js'
import type { SimulatedNode } from '../simulation/node.js'
import { Random } from '../simulation/random.js'
import { auditFile, correctNodes, writeArchive } from './archive-of.js'
import type { Behaviour } from './behaviours.js'
import { honest, honestLong } from './scenes.js'
import { signedCastOf } from './signed-cast.js'

/** An archive that was written, and what an audit says of it. */
export interface Audited {
  readonly file: string
  readonly seed: number
  readonly bytes: number
  readonly report: AuditReport
  /** Findings as `code grade`, each once. */
  readonly found: readonly string[]
  /** Findings that name somebody who did nothing, and proofs that do not convince: always a fault of the audit. */
  readonly unjust: readonly string[]
}

export interface BehaviourRun extends Audited {
  readonly behaviour: Behaviour
  /** Whether it was found as it must be, or rightly not at all. */
  readonly isRight: boolean
}

/** Odd seeds are quick networks, even ones slow; some behaviours need a situation that not every seed has. */
const SEEDS = [1, 2, 4, 6, 8]

export const fileNameOf = ({ name }: Behaviour): string =>
  `${name.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}.bfa`

/**
 * Makes a network in which the behaviour happens, and audits what its honest nodes hold, from the file. The first seed
 * at which it is found stands; the last one otherwise.
 */
export const runBehaviour = async (directory: string, behaviour: Behaviour): Promise<BehaviourRun> => {
  const { traitors, scene, expected } = behaviour
  let last: BehaviourRun | undefined
  for (const seed of expected === null ? SEEDS.slice(0, 1) : SEEDS) {
    const scenario = scene(seed)
    const faults = Object.entries(traitors).map(([name, manner]) => treasonOf(name, manner))
    const betrayed = { ...scenario, faults: [...scenario.faults, ...faults] }
    const audited = await runAndAudit(join(directory, fileNameOf(behaviour)), betrayed, Object.keys(traitors))
    const isFound = expected === null ? audited.report.clean : audited.found.includes(expected.join(' '))
    last = { ...audited, behaviour, isRight: isFound && audited.unjust.length === 0 }
    if (isFound) break
  }
  if (!last) throw new RangeError('there are seeds')
  return last
}

/**
 * A network of honest nodes under heavy faults, with heights enough for numbers if it is long. At odd seeds an audit gets
 * what some of the nodes received, and nothing of the others.
 */
export const runHonest = (directory: string, seed: number, isLong = false): Promise<Audited> => {
  const random = new Random(`seed ${seed}`).fork('replicas')
  const some = (nodes: readonly SimulatedNode[]): readonly SimulatedNode[] =>
    seed % 2 === 0 ? nodes : random.sample(nodes, random.integer(1, nodes.length))
  const name = isLong ? `honest-long-${seed}.bfa` : `honest-${seed}.bfa`
  return runAndAudit(join(directory, name), (isLong ? honestLong : honest)(seed), [], some)
}

const runAndAudit = async (
  file: string,
  scenario: Scenario,
  accusable: readonly string[],
  chosen = (nodes: readonly SimulatedNode[]): readonly SimulatedNode[] => nodes,
): Promise<Audited> => {
  const cast = signedCastOf(scenario)
  const world = worldOf(scenario, { cast })
  const bytes = await writeArchive(file, cast, chosen(correctNodes(world)))
  const report = await auditFile(file)
  const unjust = report.findings.flatMap(({ code, grade, culprits, proof }) => {
    const innocent = culprits
      .map(({ owner }) => world.nodeOf(owner)?.name ?? owner)
      .filter((name) => !accusable.includes(name))
    const isConvincing =
      proof === null
        ? grade !== 'proof'
        : verifyEvidence(cast.network, JSON.parse(JSON.stringify(proof)), cast.scheme.verify).verdict ===
          'accept'
    return [
      ...innocent.map((name) => `${code} ${grade} against ${name}`),
      ...(isConvincing ? [] : [`${code} ${grade} convinces nobody`]),
    ]
  })
  const found = [...new Set(report.findings.map(({ code, grade }) => `${code} ${grade}`))]
  return { file, seed: scenario.seed, bytes, report, found, unjust }
}
