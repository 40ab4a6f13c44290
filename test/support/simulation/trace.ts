import { createHash } from 'node:crypto'
import type { FeedMessage } from '../../../src/feeds/index.js'
import type { Effect, Event } from '../../../src/protocol/index.js'
import type { SimulatedNode } from './node.js'
import type { Observer } from './observer.js'
import type { Schedule } from './schedule.js'

/** One line per thing that happened. Their hash tells whether two runs were the same run. */
export class Trace implements Observer {
  readonly #hash = createHash('sha256')

  constructor(
    private readonly schedule: Schedule,
    private readonly names: (text: string) => string,
    private readonly print: ((line: string) => void) | null,
  ) {}

  get digest(): string {
    return this.#hash.copy().digest('hex')
  }

  stepped(node: SimulatedNode, event: Event, effects: readonly Effect[]): void {
    this.#line(node, describeEvent(event))
    for (const effect of effects) this.#line(node, `  ${describeEffect(effect)}`)
  }

  published(node: SimulatedNode, message: FeedMessage): void {
    this.#line(node, `published ${describeMessage(message)}`)
  }

  crashed(node: SimulatedNode): void {
    this.#line(node, 'crashed')
  }

  booted(node: SimulatedNode): void {
    this.#line(node, 'booted')
  }

  partitioned(description: string): void {
    this.#write(`${this.schedule.now.toFixed(3)} partitioned ${description}`)
  }

  healed(description: string): void {
    this.#write(`${this.schedule.now.toFixed(3)} healed ${description}`)
  }

  #line(node: SimulatedNode, text: string): void {
    this.#write(`${this.schedule.now.toFixed(3)} ${node.name} ${text}`)
  }

  #write(line: string): void {
    this.#hash.update(line)
    this.print?.(this.names(line))
  }
}

const describeMessage = ({ author, sequence, key, body }: FeedMessage): string => {
  const place = 'height' in body ? ` ${body.height}${'round' in body ? `/${body.round}` : ''}` : ''
  const skip = 'skip' in body && body.skip ? ' skip' : ''
  const base = body.type === 'assembled' ? ` base ${body.base} txs ${body.txCount}` : ''
  return `${body.type}${skip}${place}${base} ${key.slice(0, 7)} in ${author}#${sequence}`
}

const describeEvent = (event: Event): string => {
  switch (event.kind) {
    case 'messages':
    case 'fetched':
      return `${event.kind} ${event.messages.map(describeMessage).join('; ')}`
    case 'timer':
      return `timer ${event.timer}`
    case 'start':
      return 'start'
    case 'connected':
      return `connected ${event.peer}`
    case 'forked':
      return `forked ${event.feed}`
  }
}

const describeEffect = (effect: Effect): string => {
  switch (effect.kind) {
    case 'publish': {
      const { draft, durable } = effect
      const place = 'height' in draft ? ` ${draft.height}${'round' in draft ? `/${draft.round}` : ''}` : ''
      const skip = 'skip' in draft && draft.skip ? ' skip' : ''
      return `publish ${draft.type}${skip}${place} needs ${durable.map((key) => key.slice(0, 7)).join()}`
    }
    case 'timer':
      return `arm ${effect.timer} ${effect.delayMs ?? 'off'}`
    case 'want':
      return effect.want.kind === 'message'
        ? `want ${effect.want.key.slice(0, 7)}`
        : `want ${effect.want.lane} ${effect.want.after}..${effect.want.sequence}`
    case 'pause':
      return `pause ${effect.feed}`
    case 'reread':
      return `reread ${effect.feed} from ${effect.from}`
    case 'offer':
      return `offer ${effect.keys.map((key) => key.slice(0, 7)).join()} to ${effect.to.join()}`
    case 'verdict':
      return `${effect.refusal.verdict} ${effect.message.slice(0, 7)} ${effect.refusal.code}`
    case 'entered':
      return `entered ${effect.height}/${effect.round}`
    case 'decided':
      return `decided ${effect.height} ${effect.value.block.slice(0, 8)}`
    case 'executed':
      return `executed ${effect.block.height} ${effect.block.transactions.length} txs ${effect.block.stateRoot.slice(0, 8)}`
    case 'sealed':
      return `sealed ${effect.height}`
    case 'halt':
      return `halt ${effect.code}`
  }
}
