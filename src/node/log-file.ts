import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/**
 * The file format of async-append-only-log, as far as checking and rewriting a log need it: blocks of 64 KiB, in each
 * of them records of u16 little-endian length and that many bytes, then zeros. A record never spans two blocks.
 */
export const BLOCK_SIZE = 64 * 1024
const HEADER_SIZE = 2

/** What one block holds: its whole records, and whether anything else than records and zeros stands in it. */
export interface LogBlock {
  readonly records: readonly Buffer[]
  readonly isWhole: boolean
}

/** @param bytes one block, shorter if the file ends inside it. */
export const readBlock = (bytes: Buffer): LogBlock => {
  const records: Buffer[] = []
  let offset = 0
  while (offset + HEADER_SIZE <= bytes.length) {
    const end = offset + HEADER_SIZE + bytes.readUInt16LE(offset)
    if (end === offset + HEADER_SIZE || end > bytes.length) break
    records.push(bytes.subarray(offset + HEADER_SIZE, end))
    offset = end
  }
  const rest = bytes.subarray(offset)
  const isWhole = bytes.length === BLOCK_SIZE && records.length > 0 && isZero(rest)
  return { records, isWhole }
}

export const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0)

/** Every block of a log, in order; none if there is no such file. */
export async function* blocksOf(path: string): AsyncGenerator<LogBlock> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null) return
  try {
    for (let position = 0; ; position += BLOCK_SIZE) {
      const bytes = Buffer.alloc(BLOCK_SIZE)
      const { bytesRead } = await file.read(bytes, 0, BLOCK_SIZE, position)
      if (bytesRead === 0) return
      yield readBlock(bytes.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

/** Writes records as the log itself would have. */
export class LogWriter {
  #block = Buffer.alloc(BLOCK_SIZE)
  #used = 0

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<LogWriter> {
    return new LogWriter(await open(path, 'w', 0o600))
  }

  async add(record: Buffer): Promise<void> {
    // The log keeps room for a length of zero, which says that a block ends.
    if (this.#used + HEADER_SIZE + record.length + HEADER_SIZE > BLOCK_SIZE) await this.#flush()
    this.#block.writeUInt16LE(record.length, this.#used)
    record.copy(this.#block, this.#used + HEADER_SIZE)
    this.#used += HEADER_SIZE + record.length
  }

  /** Resolves when everything is on disk. */
  async finish(): Promise<void> {
    if (this.#used > 0) await this.#flush()
    await this.file.sync()
    await this.close()
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  async #flush(): Promise<void> {
    const { bytesWritten } = await this.file.write(this.#block, 0, BLOCK_SIZE)
    if (bytesWritten < BLOCK_SIZE) throw new Error('the disk took only a part of a block')
    this.#block = Buffer.alloc(BLOCK_SIZE)
    this.#used = 0
  }
}
