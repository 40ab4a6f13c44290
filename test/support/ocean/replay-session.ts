import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coinKey, destinationKey } from '../../../src/ocean/chain/index.js'
import {
  blockHash,
  bytesOfHex,
  decodeBlock,
  decodeTransaction,
  readTransaction,
  type Transaction,
  WireReader,
} from '../../../src/ocean/codec/index.js'
import { decodeAddress } from '../../../src/ocean/keys/index.js'
import { isObject, type Json } from '../../../src/ocean/json/index.js'
import { textIn } from '../../../src/ocean/rpc/index.js'
import { type Embedded, embedded, mine, RECORDED_TIME } from './embedded.js'
import { recordedCoins } from './inferred-coins.js'
import { readRecording, type RecordedCall, textAt } from './recorded-calls.js'
import { acceptedBlocks } from './recordings.js'
import { agrees, type Outcome } from './replay.js'

/** The lists of the recorded nodes were empty up to the recording of the whitelist, which begins here. */
const LISTED_FROM = 39
/** Calls that only look, at what the newest block may have changed. */
const LOOKING = /^(?:query|getfreezehistory|getutxoassetinfo)/

/**
 * Three nodes that live through the recordings one after the other, as the real ones did. Much of that life was not
 * recorded: most blocks, and what the wallets made of keys nobody wrote down. So blocks are made where a call shows how
 * high the chain was; coins are put where a spend shows what they were; transactions that a node showed are mined; and
 * what was sent to one node is passed on to the others.
 */
export class ReplaySession {
  readonly #nodes = new Map<string, Embedded>()
  readonly #given = new Set<string>()

  static async open(directories: readonly string[]): Promise<ReplaySession> {
    const session = new ReplaySession()
    for (const number of [0, 1, 2] as const) {
      const directory = directories[number] ?? ''
      const node = await embedded(number, directory, [], RECORDED_TIME - (number === 0 ? 3 : 2))
      session.#nodes.set(`node${number}`, node)
      await writeFiles(directory)
    }
    for (const number of [0, 2]) {
      const dumping = session.#nodes.get(`node${number}`)
      for (const each of directories) {
        await dumping?.call('dumpderivedkeys', join(each, 'files', `derived${number}.txt`))
      }
    }
    return session
  }

  get #all(): readonly Embedded[] {
    return [...this.#nodes.values()]
  }

  get #height(): number {
    return this.#all[0]?.node.chain.height ?? 0
  }

  /** A recording starts at this height; whom the nodes had listed before it is listed again. */
  async begin(height: number): Promise<void> {
    await this.growTo(height)
    if (height > LISTED_FROM) this.#listRecorded()
  }

  /** Blocks 1 to 9 were recorded in a row; what follows is our own. */
  async growTo(height: number): Promise<void> {
    const recorded = acceptedBlocks()
    while (this.#height < height) {
      const hex = this.#height < 9 ? recorded.get(this.#height + 1) : undefined
      if (hex === undefined) await this.#mineAt('node2')
      else await this.#submitTo(this.#all, hex)
    }
  }

  async #mineAt(name: string): Promise<void> {
    const on = this.#nodes.get(name)
    if (!on) throw new Error(`no ${name}`)
    const hex = await mine(on)
    await this.#submitTo(
      this.#all.filter((other) => other !== on),
      hex,
    )
  }

  async #submitTo(nodes: readonly Embedded[], hex: string): Promise<void> {
    const block = decodeBlock(bytesOfHex(hex))
    for (const { node, clock } of nodes) {
      clock.now = Math.max(clock.now, block.header.time)
      const refusal = await node.submit(block)
      if (refusal !== null) throw new Error(`block ${block.header.height}: ${refusal}`)
    }
  }

  async ask(call: RecordedCall): Promise<Outcome> {
    const asked = this.#nodes.get(call.node)
    if (!asked) throw new Error(`no ${call.node}`)
    await this.#prepare(call, asked)
    const answered = await asked.ask(call.method, call.params)
    await this.#spread(call, asked)
    if (!LOOKING.test(call.method) || agrees(call.outcome, answered) || !this.#isAnyWaiting) return answered
    // The real nodes may have mined what waits: not every block was recorded.
    await this.#mineAt('node2')
    return asked.ask(call.method, call.params)
  }

  async #prepare({ method, params, outcome }: RecordedCall, asked: Embedded): Promise<void> {
    if (method === 'getnewblockhex' && 'result' in outcome) {
      const { time, height } = decodeBlock(bytesOfHex(textIn(outcome.result))).header
      await this.growTo(height - 1)
      for (const { clock } of this.#all) clock.now = time
    }
    if (['sendrawtransaction', 'testmempoolaccept', 'signrawtransaction'].includes(method)) {
      for (const transaction of transactionsIn(params[0] ?? null)) await this.#enable(transaction, outcome)
    }
    if (method === 'getrawtransaction') await this.#bring(outcome, asked)
    if (method === 'readwhitelist' && /derived[02]/.test(textIn(params[0] ?? null))) this.#listRecorded()
  }

  get #isAnyWaiting(): boolean {
    return this.#nodes.get('node2')?.node.mempool.all.length !== 0
  }

  async #enable(transaction: Transaction, outcome: Outcome): Promise<void> {
    if (isAboutInputs(outcome)) {
      if (/spent|block/.test(outcome.message) && this.#isAnyWaiting) await this.#mineAt('node2')
      return
    }
    if (transaction.lockTime < 500) await this.growTo(transaction.lockTime)
    this.#giveCoins(transaction)
  }

  #giveCoins({ inputs }: Transaction): void {
    for (const { previous } of inputs) {
      const key = coinKey(previous)
      const coin = recordedCoins.coin(previous)
      if (!coin || this.#given.has(key)) continue
      this.#given.add(key)
      for (const { node } of this.#all) {
        const isKnown = node.mempool.get(previous.txid) ?? node.chain.mined(previous.txid)
        if (!isKnown) node.chain.coins.apply([{ outPoint: previous, coin, previous: undefined }])
      }
    }
  }

  /** A transaction a node showed: the chain has it from now on. */
  async #bring(outcome: Outcome, asked: Embedded): Promise<void> {
    const shown = 'result' in outcome && isObject(outcome.result) ? outcome.result : undefined
    const hex = shown?.['hex']
    if (typeof hex !== 'string') return
    const txid = textIn(shown?.['txid'] ?? null)
    if (!asked.node.mempool.get(txid) && !asked.node.chain.mined(txid)) {
      const transaction = decodeTransaction(bytesOfHex(hex))
      await this.growTo(transaction.lockTime)
      this.#giveCoins(transaction)
      for (const { node } of this.#all) node.broadcast(transaction, true)
    }
    if (shown?.['blockhash'] !== undefined && !asked.node.chain.mined(txid)) await this.#mineAt('node2')
  }

  /** Whom the recorded nodes had listed by then; the keys were not recorded, so they are listed as they are. */
  #listRecorded(): void {
    for (const address of recordedWhitelist()) {
      for (const { node } of this.#all.slice(0, 2)) {
        node.chain.lists.whitelist.add(destinationKey(decodeAddress(address, node.parameters.prefixes)))
      }
    }
  }

  async #spread({ method, params, outcome }: RecordedCall, asked: Embedded): Promise<void> {
    if (!('result' in outcome)) return
    const others = this.#all.filter((other) => other !== asked)
    if (method === 'sendrawtransaction') for (const other of others) await other.ask(method, params)
    if (method !== 'submitblock' || outcome.result !== null) return
    const hex = textIn(params[0] ?? null)
    const { header } = decodeBlock(bytesOfHex(hex))
    if (asked.node.chain.tip.hash === blockHash(header)) return this.#submitTo(others, hex)
    if (header.height > this.#height) await this.#mineAt('node2')
  }

  async close(): Promise<void> {
    for (const { node } of this.#all) await node.close()
  }
}

/** A refusal that says what became of the coins: they are left as they are. */
const isAboutInputs = (outcome: Outcome): outcome is Extract<Outcome, { code: Json }> =>
  'code' in outcome && /Missing inputs|inputs-spent|already in block/.test(outcome.message)

const transactionsIn = (hex: Json): readonly Transaction[] => {
  const found: Transaction[] = []
  try {
    const reader = new WireReader(bytesOfHex(textIn(hex)))
    while (reader.remaining > 0) found.push(readTransaction(reader))
  } catch {
    // Sent to be refused as no transaction at all.
  }
  return found
}

const contentOf = (note: string): string => {
  const entry = readRecording('04a-policy-whitelist').find((each) => each['note'] === note)
  if (!entry) throw new Error(`no ${note}`)
  return textAt(entry, 'content')
}

const recordedWhitelist = (): readonly string[] =>
  contentOf('file written by dumpwhitelist')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

/** The files that the calls name, as far as they were kept; in the bad one a key stands beside another's address. */
const writeFiles = async (directory: string): Promise<void> => {
  const derived = contentOf('file written by dumpderivedkeys')
  const [[address] = [], [, key] = []] = derived
    .split('\n')
    .filter((line) => /^2d/.test(line))
    .map((line) => line.split(' '))
  await mkdir(join(directory, 'files'))
  await writeFile(join(directory, 'files', 'derived1.txt'), derived)
  await writeFile(join(directory, 'files', 'bad.txt'), `${address} ${key}\n`)
}
