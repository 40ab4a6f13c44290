import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** What is wrong with the disk, as far as writing to it shows; null if nothing is. */
export interface DiskTrouble {
  /** `full`: little or nothing is left. `failing`: a write failed, and none has succeeded since. */
  readonly kind: 'full' | 'failing'
  readonly freeBytes: number | null
  /** Code of the last failed write. */
  readonly error: string | null
}

export interface DiskPorts {
  readonly freeBytes: () => Promise<number>
  /** Writes something small durably. */
  readonly tryToWrite: () => Promise<void>
}

/** A log segment, its indexes and a day of logs: below this, writes may fail at any moment. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024

/** Judges the disk by the writes that the node makes anyway; only after one failed does it try by itself. */
export class DiskWatch {
  #freeBytes: number | null = null
  #error: string | null = null

  constructor(private readonly ports: DiskPorts) {}

  /** Tells of a write of the node: null if it reached the disk, else the code of its failure. */
  wrote(error: string | null): void {
    this.#error = error
  }

  async look(): Promise<void> {
    this.#freeBytes = await this.ports.freeBytes().catch(() => null)
    if (this.#error === null) return
    await this.ports.tryToWrite().then(
      () => (this.#error = null),
      (error: unknown) => (this.#error = codeOf(error)),
    )
  }

  trouble(): DiskTrouble | null {
    const freeBytes = this.#freeBytes
    const isFull = this.#error === 'ENOSPC' || (freeBytes !== null && freeBytes < LEAST_FREE_BYTES)
    if (!isFull && this.#error === null) return null
    return { kind: isFull ? 'full' : 'failing', freeBytes, error: this.#error }
  }
}

/** The disk under a data directory. */
export const diskOf = (directory: string): DiskPorts => ({
  async freeBytes() {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  },
  async tryToWrite() {
    const path = join(directory, 'disk-probe')
    const file = await open(path, 'w', 0o600)
    try {
      await file.write(Buffer.alloc(4096, 1))
      await file.sync()
    } finally {
      await file.close()
      await rm(path, { force: true })
    }
  },
})

/** The system's code if there is one: `ENOSPC` says more than that a write failed. */
export const codeOf = (error: unknown): string => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^E[A-Z]+$/.test(at.code)) return at.code
  }
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
