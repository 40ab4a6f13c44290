import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { EvidenceStore, type StoreLimits } from '../../../../src/node/evidence/store.js'
import {
  type EvidenceCode,
  type Finding,
  lawOf,
  makeEvidence,
  type ProvedEvidence,
} from '../../../../src/protocol/index.js'
import { verifyBytes } from '../../../../src/roles/index.js'
import { assert } from '../../../../src/util/index.js'
import { EVIDENCE_CASES, SignedScene } from '../../../support/evidence/index.js'
import { temporaryDirectory } from '../../../support/temporary.js'

const scene = new SignedScene()
const law = lawOf(scene.network, verifyBytes)

/** The case of this code that proves something, as the network of this file sees it. */
const prove = (code: EvidenceCode, place = 0): ProvedEvidence => {
  const given = EVIDENCE_CASES.filter((each) => each.code === code && each.guilty)[place]
  assert(given, 'there is such a case')
  const own = new SignedScene()
  const proved = makeEvidence(
    law,
    code,
    given.messages(own).map((message) => own.classic(message)),
  )
  assert(proved.verdict === 'accept', `${code} is proved`)
  return proved
}

const open = async (directory: string, limits?: StoreLimits) => {
  const damaged: string[] = []
  const store = await EvidenceStore.open(
    directory,
    law,
    (file, code) => damaged.push(`${file} ${code}`),
    limits,
  )
  return { store, damaged }
}

const finding: Finding = {
  code: 'conflicting-decisions',
  grade: 'evident',
  culprits: [],
  messages: [],
  facts: { height: 3 },
}

describe('the store of evidence', () => {
  it('keeps proofs and findings across restarts', async () => {
    const directory = await temporaryDirectory()
    const { store } = await open(directory)
    const fork = await store.add(prove('feed-fork'))
    const seal = await store.add(prove('double-seal'))
    await store.note(finding)
    const { store: again, damaged } = await open(directory)
    const byHash = (a: { hash: string }, b: { hash: string }) => a.hash.localeCompare(b.hash)
    expect([...again.list()].sort(byHash)).toEqual([...store.list()].sort(byHash))
    expect(again.list()).toHaveLength(3)
    expect([again.proof(fork?.hash ?? ''), again.proof(seal?.hash ?? '')]).toEqual([fork?.proof, seal?.proof])
    expect(damaged).toEqual([])
  })

  it('keeps one proof of each code and feed', async () => {
    const { store } = await open(await temporaryDirectory())
    expect(await store.add(prove('feed-fork', 0))).not.toBeNull()
    expect(await store.add(prove('feed-fork', 1))).toBeNull()
    expect(store.list()).toHaveLength(1)
  })

  it('puts a proof in the place of the finding that came before it', async () => {
    const directory = await temporaryDirectory()
    const { store } = await open(directory)
    const proved = prove('double-commit')
    const { code, culprits } = proved
    await store.note({ code, grade: 'proof', culprits, messages: [], facts: {} })
    expect(store.list()).toMatchObject([{ proof: null }])
    await store.add(proved)
    expect(store.list()).toMatchObject([{ proof: { code } }])
    expect(await readdir(directory)).toHaveLength(1)
  })

  it.each([
    ['cut off', (text: string) => text.slice(0, -10)],
    ['emptied', () => ''],
    ['altered', (text: string) => text.replace('feed-fork', 'double-seal')],
    ['replaced', () => '{}'],
  ])('tells of a file that was %s, and goes on without it', async (_what, damage) => {
    const directory = await temporaryDirectory()
    const { store } = await open(directory)
    await store.add(prove('double-seal'))
    const fork = await store.add(prove('feed-fork'))
    const path = join(directory, `${fork?.hash}.proof.json`)
    await writeFile(path, damage(await readFile(path, 'utf8')))
    const { store: again, damaged } = await open(directory)
    expect(again.list()).toMatchObject([{ finding: { code: 'double-seal' } }])
    expect(damaged).toEqual([`${fork?.hash}.proof.json changed`])
  })

  it('believes no proof of another network', async () => {
    const directory = await temporaryDirectory()
    await (await open(directory)).store.add(prove('feed-fork'))
    const network = { ...scene.network, chainId: scene.network.networkId }
    const codes: string[] = []
    const other = await EvidenceStore.open(directory, { ...law, network }, (_file, code) => codes.push(code))
    expect([other.list(), codes]).toEqual([[], ['wrong-chain']])
  })

  it('leaves out what a crash left half written, and what was put there by others', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'something.proof.json.new'), '{"type":')
    await writeFile(join(directory, 'readme'), 'hello')
    const { store, damaged } = await open(directory)
    expect([store.list(), damaged]).toEqual([[], ['readme changed']])
    expect(await readdir(directory)).toEqual(['readme'])
  })

  it('is bounded in number and in size', async () => {
    const few = await open(await temporaryDirectory(), { entries: 1, bytes: 1_000_000 })
    const small = await open(await temporaryDirectory(), { entries: 100, bytes: 100 })
    for (const { store } of [few, small]) {
      await store.add(prove('feed-fork'))
      await store.add(prove('double-seal'))
    }
    expect([few.store.list().length, small.store.list().length]).toEqual([1, 0])
  })

  it('refuses to open where no folder can be', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    await expect(open(join(file, 'evidence'))).rejects.toMatchObject({ code: 'evidence-unreadable' })
  })
})
