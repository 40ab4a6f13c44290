import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { openArchive } from '../../src/archive/index.js'
import { type Audited, BEHAVIOURS, runBehaviour, runHonest } from '../support/corpus/index.js'
import { temporaryDirectory } from '../support/temporary.js'

/**
 * A stranger's programs, written from docs/archive-format.md and docs/protocol.md alone, on archives of the corpus: they
 * must find what the audit finds, refuse what was changed, and be convinced by its proofs.
 */
const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.warn('stranger: skipped, there is no python3')

const run = (
  program: string,
  ...words: readonly string[]
): { code: number | null; out: string; err: string } => {
  const path = fileURLToPath(new URL(`../../examples/verifier/${program}`, import.meta.url))
  const { status, stdout, stderr } = spawnSync('python3', ['-B', path, ...words], { encoding: 'utf8' })
  return { code: status, out: stdout.trim(), err: stderr.trim() }
}

const misbehave = async (name: string): Promise<Audited> => {
  const behaviour = BEHAVIOURS.find((each) => each.name === name)
  if (!behaviour) throw new RangeError(`no behaviour ${name}`)
  return runBehaviour(await temporaryDirectory(), behaviour)
}

/** What both of them say of an archive. */
const told = ({ report }: Audited): object => ({
  chainId: report.chainId,
  messages: report.messages,
  strangers: report.strangers,
  height: report.replay.height,
  transactions: report.replay.transactions,
})

describe.skipIf(!hasPython)('a verifier written from the pages alone', () => {
  it('agrees with the audit of an honest network on bad links', async () => {
    const audited = await runHonest(await temporaryDirectory(), 1)
    const { code, out } = run('verify_archive.py', audited.file)
    expect(code).toBe(0)
    const { height, stateRoot } = audited.report.replay
    expect(JSON.parse(out)).toMatchObject({ ...told(audited), sealed: height, stateRoot, findings: [] })
  })

  it.each([
    'forkedLane (v0)',
    'doubleCommit (v0)',
    'wrongStage (m0)',
    'replayFromEpoch (v0)',
    'wrongSlotParent (m0)',
  ])('finds %s, and is convinced by every proof of it', async (name) => {
    const audited = await misbehave(name)
    const { code, out } = run('verify_archive.py', audited.file)
    expect(code).toBe(3)
    const [found] = audited.report.findings.filter(({ proof }) => proof !== null)
    const finding = { code: found?.code, name: found?.culprits[0]?.name }
    const stranger = JSON.parse(out) as { findings: readonly object[] }
    expect(stranger).toMatchObject(told(audited))
    expect(stranger.findings).toContainEqual(finding)

    const archive = await openArchive(audited.file)
    const network = `${audited.file}.network.json`
    await writeFile(network, archive.networkText)
    await archive.close()
    const proof = `${audited.file}.proof.json`
    await writeFile(proof, JSON.stringify(found?.proof))
    expect(run('verify_misbehaviour.py', network, proof)).toEqual({
      code: 0,
      out: `${finding.code}: ${finding.name}`,
      err: '',
    })
    // A letter of a message changed: its author never signed that.
    const text = JSON.stringify(found?.proof)
    const place = text.indexOf('"sequence":') + '"sequence":'.length
    await writeFile(proof, `${text.slice(0, place)}9${text.slice(place)}`)
    expect(run('verify_misbehaviour.py', network, proof)).toMatchObject({ code: 1, out: '' })
  })

  it('refuses an archive with a turned bit, wherever it is, and one that is cut off', async () => {
    const directory = await temporaryDirectory()
    const { file } = await runHonest(directory, 1)
    const bytes = await readFile(file)
    const turned = join(directory, 'turned.bfa')
    const places = [
      0,
      9,
      17,
      300,
      bytes.length >> 1,
      bytes.length - 900,
      bytes.length - 200,
      bytes.length - 1,
    ]
    for (const place of places) {
      const changed = Buffer.from(bytes)
      changed[place] = (changed[place] ?? 0) ^ 4
      await writeFile(turned, changed)
      expect([place, run('verify_archive.py', turned)]).toMatchObject([place, { code: 1, out: '' }])
    }
    await writeFile(turned, bytes.subarray(0, -353))
    expect(run('verify_archive.py', turned)).toMatchObject({ code: 1, out: '' })
  })

  it('reads the archive of the vectors', () => {
    const path = fileURLToPath(new URL('../vectors/archive/small.bfa', import.meta.url))
    const { code, out } = run('verify_archive.py', path)
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ height: 0, proofsRefused: 1 })
  })
})
