import { isCoded, RateLimits } from '../../util/index.js'

/** For the log: a constant name and facts. */
export interface RelayEvent {
  readonly name: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** Lines of the log, of one name about one member. */
const LINES = { perSecond: 0.2, burst: 20, names: 1024 }

export interface Telling {
  /** At most so often about one member, or whatever else the facts begin with. */
  tell(name: string, facts: RelayEvent['facts']): void
  trouble(error: unknown): void
}

export const teller = (onEvent: (event: RelayEvent) => void): Telling => {
  const lines = new RateLimits<string>(LINES, () => performance.now())
  const tell: Telling['tell'] = (name, facts) => {
    const [about] = Object.values(facts)
    if (lines.of(`${name} ${String(about)}`).take()) onEvent({ name, facts })
  }
  const trouble: Telling['trouble'] = (error) =>
    tell('relay-trouble', { code: isCoded(error) ? error.code : 'unknown', error: String(error) })
  return { tell, trouble }
}
