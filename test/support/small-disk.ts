import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A file system of its own, small enough to be filled. */
export class SmallDisk {
  /** Null where this machine does not let us mount one. */
  static mount(path: string, bytes: number): SmallDisk | null {
    mkdirSync(path, { recursive: true })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'ignore' })
      return new SmallDisk(path)
    } catch {
      return null
    }
  }

  private constructor(readonly path: string) {}

  /** Takes all the room there is, in competition with whoever else writes. */
  fill(): void {
    const file = openSync(this.#filling, 'w')
    try {
      for (const size of [1 << 20, 4096, 1]) writeUntilFull(file, Buffer.alloc(size))
    } finally {
      closeSync(file)
    }
  }

  /** Gives the room back. */
  empty(): void {
    rmSync(this.#filling, { force: true })
  }

  unmount(): void {
    // Lazily: a process that was just killed may not have let go of its files yet.
    execFileSync('umount', ['-l', this.path])
  }

  get #filling(): string {
    return join(this.path, 'filling')
  }
}

const writeUntilFull = (file: number, bytes: Buffer): void => {
  try {
    for (;;) writeSync(file, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
