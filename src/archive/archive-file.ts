import { type FileHandle, open } from 'node:fs/promises'

import { archiveError, corrupt } from './codes.js'
import { decodeMember, MEMBER_HEADER_SIZE, memberLength } from './member.js'

/** The file of an archive, read at any place. */
export class ArchiveFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  /** @throws CodedError `archive-missing`, `archive-unreadable` */
  static async open(path: string): Promise<ArchiveFile> {
    const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'ENOENT'
        ? archiveError('archive-missing', `there is no archive ${path}`, { path }, cause)
        : archiveError('archive-unreadable', `${path} cannot be read (${cause.code})`, { path }, cause)
    })
    const stat = await handle.stat()
    if (stat.isFile()) return new ArchiveFile(handle, stat.size)
    await handle.close()
    throw archiveError('archive-unreadable', `${path} is no regular file`, { path })
  }

  /** @throws CodedError `archive-truncated`, `archive-unreadable` */
  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await this.handle.read(bytes, 0, length, offset).catch((cause: unknown) => {
      throw archiveError('archive-unreadable', undefined, { offset }, cause)
    })
    if (bytesRead < length) throw archiveError('archive-truncated')
    return bytes
  }

  /** A member that ends before `limit`, and its text. @throws CodedError as `archive-corrupt` and the others */
  async member(offset: number, limit: number): Promise<{ readonly bytes: Buffer; readonly text: Buffer }> {
    const header = await this.read(offset, Math.min(MEMBER_HEADER_SIZE, limit - offset))
    const length = memberLength(header, offset)
    if (offset + length > limit) throw corrupt('a member reaches over the place of the next', { offset })
    const bytes = await this.read(offset, length)
    return { bytes, text: decodeMember(bytes, offset) }
  }

  /** All of it, front to back. */
  async *bytes(): AsyncGenerator<Buffer> {
    const STEP = 256 * 1024
    for (let offset = 0; offset < this.size; offset += STEP) {
      yield await this.read(offset, Math.min(STEP, this.size - offset))
    }
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}
