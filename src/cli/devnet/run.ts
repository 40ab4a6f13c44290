import { dataDirectory } from '../../node/data-directory.js'
import { CodedError } from '../../util/index.js'
import { messageLogPath, readMessageLog } from '../feeds/message-log.js'
import type { Terminal } from '../kit/index.js'
import type { LoadRecord } from '../load/load.js'
import { openDevnet, type Devnet } from './create.js'
import { askNodes, isReady, type NodeRow } from './nodes.js'
import { Processes, type ProcessEnd } from './processes.js'
import { Progress } from './progress.js'
import { verifyProofs, type VerifiedProofs } from './proofs.js'
import { Redrawn, viewLine, viewLines } from './view.js'

/** Runs a devnet from its directory to its summary; nothing it started outlives it. */

export interface DevnetOptions {
  readonly directory: string
  readonly validators: number | undefined
  readonly messagenodes: number | undefined
  /** End once so many blocks with transactions of the demo client are sealed. */
  readonly blocks: number | undefined
  /** Transactions a second; 0 for no demo client. */
  readonly rate: number
  /** Go on after the blocks are sealed, until interrupted. */
  readonly keep: boolean
  readonly proofs: number
  /** Longest time without a sealed block before a run for blocks fails. */
  readonly stallMs: number
  readonly entry: string
}

export interface DevnetSummary {
  readonly directory: string
  readonly networkFile: string
  readonly continued: boolean
  readonly elapsedMs: number
  readonly blocks: { readonly sealed: number; readonly first: number | null; readonly last: number | null }
  readonly transactions: Progress['transactions']
  readonly latency: Readonly<Record<'committed' | 'sealed', ReturnType<Progress['latency']>>>
  readonly signers: Readonly<Record<'committed' | 'sealed', ReturnType<Progress['signers']>>>
  readonly quorum: number
  readonly nodes: readonly {
    readonly name: string
    readonly kind: string
    readonly directory: string
    readonly executedHeight: number | null
    readonly sealedHeight: number | null
  }[]
  readonly proofs: VerifiedProofs | null
  /** Messages of each type of feed that a Messagenode holds. */
  readonly feeds: Readonly<Record<string, number>>
}

const START_DEADLINE_MS = 90_000
const POLL_MS = 250
const VIEW_MS = 500
const PLAIN_VIEW_MS = 2000

/**
 * @throws CodedError `devnet-start-failed`, `devnet-start-timeout`, `devnet-stalled`, `demo-client-failed`, and those
 * of {@link openDevnet} and {@link verifyProofs}
 */
export const runDevnet = async (options: DevnetOptions, terminal: Terminal): Promise<DevnetSummary> => {
  const devnet = await openDevnet(options)
  const run = new DevnetRun(devnet, options, terminal)
  try {
    return await run.toSummary()
  } finally {
    await run.close()
  }
}

class DevnetRun {
  readonly #startedMs = performance.now()
  readonly #processes: Processes
  readonly #progress = new Progress(() => performance.now())
  readonly #redrawn: Redrawn
  #nodes: readonly NodeRow[] = []
  #started = false
  #failure: CodedError | null = null
  #shownAtMs = 0

  constructor(
    private readonly devnet: Devnet,
    private readonly options: DevnetOptions,
    private readonly terminal: Terminal,
  ) {
    this.#redrawn = new Redrawn((text) => terminal.draw(text))
    this.#processes = new Processes({ entry: options.entry, onEnd: (end) => this.#ended(end) })
  }

  async toSummary(): Promise<DevnetSummary> {
    const { layout, continued } = this.devnet
    this.#say(`${continued ? 'continuing' : 'made'} a devnet in ${layout.root}`)
    this.#startNodes()
    if (await this.#untilReady()) {
      if (this.options.rate > 0) this.#startClient()
      await this.#untilDone()
    }
    return this.#summary()
  }

  async close(): Promise<void> {
    const { running } = this.#processes
    if (running.length > 0) this.#say(`closing ${running.length} processes`)
    await this.#processes.close()
  }

  #startNodes(): void {
    const { layout, network } = this.devnet
    const registrar = layout.member('registrar')
    this.#processes.start({
      name: 'registrar',
      words: ['registrar', 'start', '--dir', registrar],
      log: dataDirectory(registrar).log,
    })
    for (const { kind, name } of network.members) {
      if (kind === 'observer') continue
      const directory = layout.member(name)
      this.#processes.start({ name, words: ['start', '--dir', directory], log: dataDirectory(directory).log })
    }
  }

  #startClient(): void {
    const { layout, network } = this.devnet
    const keys = network.genesis.validators.flatMap((_, index) => ['--key', layout.clientKey(index + 1)])
    const words = ['load', '--json', '--rate', String(this.options.rate), '--network', layout.network, ...keys]
    this.#processes.start({
      name: CLIENT,
      words,
      log: layout.clientLog,
      onLine: (line) => this.#progress.take(JSON.parse(line) as LoadRecord),
    })
  }

  /** False if stopped before. */
  async #untilReady(): Promise<boolean> {
    const { size } = new Set(this.#processes.running)
    this.#say(`starting ${size} processes`)
    const deadline = performance.now() + START_DEADLINE_MS
    for (let readyBefore = -1; ; ) {
      if (this.#failure) throw this.#failure
      if (this.terminal.stop.aborted) return false
      this.#nodes = await askNodes(this.devnet.network)
      const ready = this.#nodes.filter(isReady).length
      if (ready !== readyBefore) this.#say(`${ready} of ${this.#nodes.length} nodes are ready`)
      readyBefore = ready
      if (ready === this.#nodes.length) break
      if (performance.now() > deadline) {
        const late = this.#nodes.filter((node) => !isReady(node)).map(({ name }) => name)
        throw new CodedError('devnet-start-timeout', `not ready in time: ${late.join(', ')}`, { late })
      }
      await pause(POLL_MS, this.terminal.stop)
    }
    this.#started = true
    return true
  }

  async #untilDone(): Promise<void> {
    const { blocks, keep, stallMs, rate } = this.options
    const { stop } = this.terminal
    let announced = false
    while (!stop.aborted) {
      if (this.#failure) throw this.#failure
      const done = blocks !== undefined && this.#progress.sealedHeights.length >= blocks
      if (done && !keep) return
      if (done && !announced) this.#say(`${blocks} blocks are sealed; going on until interrupted`)
      announced ||= done
      if (blocks !== undefined && !done && rate > 0 && this.#progress.sinceSealMs > stallMs) {
        const sentence = `no block was sealed for ${Math.round(stallMs / 1000)} seconds`
        throw new CodedError('devnet-stalled', `${sentence}; see the logs in ${this.devnet.layout.root}`)
      }
      await this.#show()
      await pause(Math.min(POLL_MS, VIEW_MS), stop)
    }
  }

  async #show(): Promise<void> {
    const everyMs = this.terminal.interactive ? VIEW_MS : PLAIN_VIEW_MS
    if (performance.now() - this.#shownAtMs < everyMs) return
    this.#shownAtMs = performance.now()
    this.#nodes = await askNodes(this.devnet.network)
    if (this.terminal.interactive) {
      this.#redrawn.show(viewLines(this.devnet.network, this.#nodes, this.#progress))
    } else this.terminal.progress(viewLine(this.#nodes, this.#progress))
  }

  #say(sentence: string): void {
    if (this.terminal.interactive) this.#redrawn.say(sentence)
    else this.terminal.progress(sentence)
  }

  #ended({ name, how, lastLine }: ProcessEnd): void {
    const said = lastLine === '' ? '' : `: ${lastLine}`
    if (!this.#started) {
      this.#failure ??= new CodedError('devnet-start-failed', `${name} ended with ${how}${said}`, { name })
    } else if (name === CLIENT) {
      this.#failure ??= new CodedError('demo-client-failed', `the demo client ended with ${how}${said}`, { name })
    } else this.#say(`${name} is down (${how})`)
  }

  async #summary(): Promise<DevnetSummary> {
    const { layout, network, continued } = this.devnet
    const elapsedMs = Math.round(performance.now() - this.#startedMs)
    await this.#processes.end(CLIENT)
    const heights = this.#progress.sealedHeights
    const proofs = await this.#verifyProofs(heights)
    this.#nodes = await askNodes(network)
    await this.close()
    return {
      directory: layout.root,
      networkFile: layout.network,
      continued,
      elapsedMs,
      blocks: { sealed: heights.length, first: heights[0] ?? null, last: heights.at(-1) ?? null },
      transactions: this.#progress.transactions,
      latency: { committed: this.#progress.latency('committed'), sealed: this.#progress.latency('sealed') },
      signers: { committed: this.#progress.signers('committed'), sealed: this.#progress.signers('sealed') },
      quorum: network.genesis.quorum,
      nodes: this.#nodes.map(({ name, kind, status }) => ({
        name,
        kind,
        directory: layout.member(name),
        executedHeight: status?.executedHeight ?? null,
        sealedHeight: status?.sealedHeight ?? null,
      })),
      proofs,
      feeds: await this.#countFeeds(),
    }
  }

  async #verifyProofs(heights: readonly number[]): Promise<VerifiedProofs | null> {
    const { layout, network } = this.devnet
    const { proofs: limit, entry } = this.options
    // Interrupted: whoever waits wants the prompt back.
    if (limit === 0 || heights.length === 0 || this.terminal.stop.aborted) return null
    this.#say('fetching proofs, and verifying them in a process of their own')
    const { stop } = this.terminal
    return verifyProofs({ entry, network, networkFile: layout.network, heights, limit, out: layout.proofs, stop })
  }

  async #countFeeds(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {}
    const messagenode = this.devnet.network.genesis.messagenodes[0]
    if (!messagenode || this.terminal.stop.aborted) return counts
    const log = messageLogPath(dataDirectory(this.devnet.layout.member(messagenode.name)).ssb)
    for await (const { type } of readMessageLog(log, { follow: false, stop: this.terminal.stop })) {
      if (type !== null) counts[type] = (counts[type] ?? 0) + 1
    }
    return counts
  }
}

const CLIENT = 'client'

const pause = (delayMs: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, delayMs)
    stop.addEventListener('abort', done, { once: true })
  })
