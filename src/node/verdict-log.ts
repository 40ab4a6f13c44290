import { appendFileSync, statSync } from 'node:fs'

import type { Effect, Sign } from '../protocol/index.js'

type Recorded = Extract<Effect, { kind: 'verdict' | 'halt' }> | Extract<Sign, { kind: 'finding' }>

/** An attacker must not fill the disk with our verdicts about it: beyond this, they are only counted. */
const SIZE_LIMIT = 16 * 1024 * 1024

/** Every refused message leaves a verdict: one line of JSON in `verdicts.jsonl`, and a count by code. */
export class VerdictLog {
  readonly #counts = new Map<string, number>()
  #size: number

  constructor(
    private readonly path: string,
    /** Unix milliseconds, for the reader of the file. */
    private readonly now: () => number,
  ) {
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  record(effect: Recorded): void {
    const code = codeOf(effect)
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1)
    const line = `${JSON.stringify({ at: this.now(), ...effect })}\n`
    if (this.#size + line.length > SIZE_LIMIT) return
    try {
      appendFileSync(this.path, line)
      this.#size += line.length
    } catch {
      // A full disk must not end the node for a record that nobody needs to go on.
    }
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}

const codeOf = (effect: Recorded): string => {
  switch (effect.kind) {
    case 'verdict':
      return effect.refusal.code
    case 'finding':
      return effect.finding.code
    case 'halt':
      return effect.code
  }
}
