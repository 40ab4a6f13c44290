import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { TransactionStatus } from '../../src/api/index.js'
import type { Hash } from '../../src/feeds/index.js'
import { TestAccount } from '../support/account.js'
import { blockfin } from '../support/blockfin.js'
import { LiveNetwork } from '../support/live-network/index.js'

/**
 * The programs in examples/verifier follow docs/protocol.md, in another language and with its own ed25519: as long as
 * they agree with a running network, the pages say enough, and say what the code does.
 */
const programOf = (name: string): string =>
  fileURLToPath(new URL(`../../examples/verifier/${name}`, import.meta.url))
const PROGRAM = programOf('verify_proof.py')
const python = spawnSync('python3', ['--version'], { encoding: 'utf8' })
const hasPython = python.status === 0
if (!hasPython)
  console.warn(`python-verifier: skipped, there is no python3 (${python.error?.message ?? 'it fails'})`)

const alice = new TestAccount('alice')
const bob = new TestAccount('bob')

type Json = Record<string, unknown>

describe.skipIf(!hasPython)('the verifier in Python', () => {
  let network: LiveNetwork
  let executed: Json
  let failed: Json

  beforeAll(async () => {
    network = await LiveNetwork.create({
      validators: 4,
      messagenodes: 1,
      balances: new Map([[alice.id, 1_000n]]),
    })
    await network.start()
    await network.ready()
    const statuses = await sendConflicting()
    const proofs = await Promise.all(statuses.map(({ hash }) => proofOf(hash as Hash)))
    const codes = statuses.map(({ result }) => result?.code)
    executed = proofs[codes.indexOf(0)] ?? {}
    failed = proofs[codes.indexOf(8)] ?? {}
  })

  afterAll(() => network.close())

  /**
   * Two transfers of one nonce through two validators: one is executed, the other fails in its block. A validator
   * that has already executed the first refuses the second, and then they are sent again with the next nonce.
   */
  const sendConflicting = async (): Promise<readonly TransactionStatus[]> => {
    const client = network.client(network.nodes)
    for (let attempt = 0; attempt < 20; attempt++) {
      const nonce = alice.nonce++
      const submitted = await Promise.allSettled(
        [1n, 2n].map((amount, place) => {
          const bytes = alice.transfer(network.network.chainId, bob.id, amount, { nonce })
          return network.client([network.validators[place] ?? '']).submit(bytes)
        }),
      )
      const hashes = submitted.flatMap((each) =>
        each.status === 'fulfilled' ? [each.value.hash as Hash] : [],
      )
      const sealed = await Promise.all(hashes.map((hash) => client.waitFor(hash, 'sealed')))
      if (sealed.length === 2) return sealed
    }
    throw new Error('one of two conflicting transfers was always refused')
  }

  const proofOf = async (hash: Hash): Promise<Json> => ({
    ...(await network.client(network.nodes).transactionProof(hash)),
  })

  const verify = async (
    proof: unknown,
    networkFile = network.networkFile,
  ): Promise<{ code: number | null; out: string; err: string }> => {
    const path = join(network.directory, 'proof.json')
    await writeFile(path, JSON.stringify(proof))
    const { status, stdout, stderr } = spawnSync('python3', [PROGRAM, networkFile, path], {
      encoding: 'utf8',
    })
    return { code: status, out: stdout.trim(), err: stderr.trim() }
  }

  it('accepts the proof of an executed and of a failed transaction, and tells them apart', async () => {
    const first = await verify(executed)
    expect(first.out).toMatch(
      /^executed: transaction [0-9a-f]{64} in block \d+, sealed by 3 of 4 validators$/,
    )
    const second = await verify(failed)
    expect(second.out).toMatch(/^failed with code 8: transaction [0-9a-f]{64} in block \d+, sealed by 3 of 4/)
    expect([first.code, second.code]).toEqual([0, 0])
  })

  it('accepts the proof of what an account holds, and of one that nothing reached', async () => {
    const client = network.client(network.nodes)
    const nobody = '00'.repeat(32)
    const account = await client.accountProof(bob.id)
    expect((await verify(account)).out).toMatch(
      new RegExp(`^account ${bob.id} held [1-9]\\d* STORE units, nonce 0,`),
    )
    expect((await verify(await client.accountProof(nobody))).out).toContain(`${nobody} held 0 STORE units`)
    const { answer } = account as unknown as { answer: Json }
    const richer = { ...account, answer: { ...answer, balance: '1000000' } }
    expect(await verify(richer)).toMatchObject({ code: 1, err: 'refused: the state holds something else' })
  })

  it('refuses a proof in which anything was changed', async () => {
    const { header, sealed } = executed as { header: Json; sealed: Json & { signatures: string[] } }
    const other = 'ab'.repeat(32)
    const changes: readonly (readonly [Json, string])[] = [
      [{ code: 8 }, 'the transaction had another result'],
      [{ transaction: `${String(executed['transaction'])}00` }, 'the transaction is not in the block'],
      [{ place: { lane: 3, sequence: 9, index: 63 } }, 'the transaction is not in the block'],
      [{ chainId: other }, 'the proof is of another chain'],
      [{ header: { ...header, parent: other } }, 'the header does not hash to the block id'],
      [{ header: { ...header, xRoot: other } }, 'the seals are for another block or other results'],
      [{ sealed: { ...sealed, stateRoot: other } }, 'the signature of validator'],
      [{ sealed: { ...sealed, root: other } }, "the certificate's root does not fit its signers"],
      [
        { sealed: { ...sealed, signers: [0, 1], signatures: sealed.signatures.slice(0, 2) } },
        'too few signatures',
      ],
      [{ resultPath: [other, other] }, 'the transaction had another result'],
      [{ header: failed['header'], sealed: failed['sealed'], code: 0, position: 99 }, 'refused'],
      [{ sealed: null }, 'malformed'],
    ]
    for (const [change, reason] of changes) {
      const { code, out, err } = await verify({ ...executed, ...change })
      expect(err).toContain(reason)
      expect([code, out]).toEqual([1, ''])
    }
  })

  it('refuses a network file that its registrar did not sign', async () => {
    const path = join(network.directory, 'forged.json')
    const file = JSON.parse(await readFile(network.networkFile, 'utf8')) as { network: { balances: Json } }
    file.network.balances[bob.id] = '7'
    await writeFile(path, JSON.stringify(file))
    expect(await verify(executed, path)).toMatchObject({
      code: 1,
      err: 'refused: the registrar did not sign this network file',
    })
  })

  it('verifies the archive of all nodes, and agrees with their state', async () => {
    const path = join(network.directory, 'all.bfa')
    const directories = network.nodes.flatMap((name) => ['--dir', join(network.directory, name)])
    const file = ['--network', network.networkFile]
    expect(await blockfin('export', ...directories, ...file, '--out', path)).toMatchObject({ code: 0 })
    const program = [programOf('verify_archive.py'), path, network.networkFile]
    const { status, stdout } = spawnSync('python3', ['-B', ...program], { encoding: 'utf8' })
    expect(status).toBe(0)
    const audited = JSON.parse((await blockfin('audit', path, '--json')).out) as {
      messages: number
      replay: { height: number; transactions: number; stateRoot: string }
    }
    const { height, transactions, stateRoot } = audited.replay
    expect(JSON.parse(stdout)).toMatchObject({
      messages: audited.messages,
      height,
      sealed: height,
      transactions,
      stateRoot,
      findings: [],
    })
  })
})
