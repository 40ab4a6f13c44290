import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  type Block,
  blockDigest,
  bytesOfHex,
  decodeBlock,
  encodeBlock,
} from '../../../src/ocean/codec/index.js'
import { readConf } from '../../../src/ocean/conf/index.js'
import { isObject, type Json, readJson, writeJson } from '../../../src/ocean/json/index.js'
import { signDigest } from '../../../src/ocean/keys/index.js'
import {
  type EmbeddedNode,
  isAnswered,
  type KnownFork,
  NODE_CALLS,
  openNode,
} from '../../../src/ocean/node/index.js'
import { answer, textIn } from '../../../src/ocean/rpc/index.js'
import { push, script } from '../../../src/ocean/script/index.js'
import { fromHex, toHex } from '../../../src/util/index.js'
import type { Outcome } from './replay.js'
import { RECORDED_CONTRACT_HASH } from './recorded-chain.js'
import { recordedConf, recordedKeyFile, recordedKeys } from './recordings.js'

/** Embedded nodes of the recorded chain in this process, on a clock that the test turns. */

export const RECORDED_CONTRACT = 'These are the terms and conditions\nApprove to use the CBT network\n'
export const RECORDED_MAPPING_HASH = 'fc1cfe3b22b6fc0b89e789003d2437b1fa49ee105eff2fea211b02fb877b3654'
export const RECORDED_TIME = 1795217025

export interface Embedded {
  readonly node: EmbeddedNode
  readonly clock: { now: number }
  readonly forks: KnownFork[]
  ask(method: string, params: readonly Json[]): Promise<Outcome>
  /** The result, where no refusal is expected. */
  call(method: string, ...params: readonly Json[]): Promise<Json>
}

export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'ocean-node-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Deriving keys takes time, so there are few where nobody asks how many. */
const FEW_KEYS = ['keypool=3']

/** The node that has the number's recorded configuration. */
export const embedded = async (
  number: 0 | 1 | 2,
  directory: string,
  overrides: readonly string[] = FEW_KEYS,
  now = RECORDED_TIME,
): Promise<Embedded> => {
  const clock = { now }
  const forks: KnownFork[] = []
  const node = await openNode({
    conf: readConf(recordedConf(number), overrides),
    directory,
    documents: { contract: () => RECORDED_CONTRACT, mappingHash: () => RECORDED_MAPPING_HASH },
    firstContractHash: RECORDED_CONTRACT_HASH,
    now: () => clock.now,
    onFork: (fork) => forks.push(fork),
    onStop: () => undefined,
    isAnswered,
  })
  const ask = (method: string, params: readonly Json[]) => askNode(node, method, params)
  return { node, clock, forks, ask, call: async (method, ...params) => resultOf(await ask(method, params)) }
}

const askNode = async (node: EmbeddedNode, method: string, params: readonly Json[]): Promise<Outcome> => {
  const faults: unknown[] = []
  const dispatcher = {
    calls: NODE_CALLS,
    context: node,
    onInternalError: (fault: unknown) => faults.push(fault),
  }
  const { body } = await answer(dispatcher, writeJson({ method, params, id: 'test' }))
  if (faults.length > 0) throw new Error(`fault in ${method}`, { cause: faults[0] })
  const reply = readJson(body)
  if (!isObject(reply)) throw new TypeError('no reply')
  const { error, result = null } = reply
  return isObject(error)
    ? { code: error['code'] ?? null, message: textIn(error['message'] ?? null) }
    : { result }
}

const resultOf = (outcome: Outcome): Json => {
  if ('result' in outcome) return outcome.result
  throw new Error(outcome.message)
}

const signers = recordedKeys.filter(({ pub }) => recordedKeyFile.signblockscript.includes(pub)).slice(0, 2)

/** A block signed by two of the three, as a scriptSig each. */
export const signaturesOf = (block: Block): string[] =>
  signers.map(({ priv }) => toHex(script(0, push(signDigest(blockDigest(block.header), fromHex(priv))))))

/** Makes, signs and submits a block of what waits; one second later than the last. */
export const mine = async (on: Embedded): Promise<string> => {
  on.clock.now++
  const proposal = textIn(await on.call('getnewblockhex'))
  const signatures = signaturesOf(decodeBlock(bytesOfHex(proposal)))
  const combined = await on.call('combineblocksigs', proposal, signatures)
  if (!isObject(combined) || combined['complete'] !== true) throw new Error('the block is not signed')
  const refusal = await on.call('submitblock', textIn(combined['hex'] ?? null))
  if (refusal !== null) throw new Error(`the block was refused: ${textIn(refusal)}`)
  return textIn(combined['hex'] ?? null)
}

export const hexOfBlock = (block: Block): string => toHex(encodeBlock(block))
