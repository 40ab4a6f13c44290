import { readFile } from 'node:fs/promises'

import { hashBytes, sha256 } from '../../feeds/index.js'
import type { Network } from '../../roles/index.js'
import { CodedError, concat, equalBytes, utf8 } from '../../util/index.js'
import { writeDurably } from '../durable-file.js'

const DIGEST_SIZE = 32
const TAG = utf8('bf/audited/v1')

/**
 * What audits of one network have verified, for `--resume`: the SHA-256 of each batch of messages in which every
 * signature was good. Where the same messages come again, their signatures need no second look; everything else is done
 * anew. So it does not matter which sources they stand in, nor how far the audit came: what changed is in another batch.
 *
 *     "bf/audited/v1" | chain id | 32 B for each batch, ascending | 32 B SHA-256 of it all
 */
export class VerifiedBatches {
  readonly #digests: Set<string>

  private constructor(
    private readonly file: string | null,
    private readonly network: Network,
    digests: readonly Uint8Array[],
  ) {
    this.#digests = new Set(digests.map(nameOf))
  }

  /** None, if there is no such file yet. @throws CodedError `resume-damaged`, `resume-foreign`, `resume-unreadable` */
  static async open(file: string, network: Network): Promise<VerifiedBatches> {
    const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null
      throw new CodedError('resume-unreadable', `${file} cannot be read (${cause.code})`, { file }, { cause })
    })
    return new VerifiedBatches(file, network, bytes ? digestsIn(new Uint8Array(bytes), file, network) : [])
  }

  /** Remembered as long as the process runs. */
  static none(network: Network): VerifiedBatches {
    return new VerifiedBatches(null, network, [])
  }

  get size(): number {
    return this.#digests.size
  }

  has(digest: Uint8Array): boolean {
    return this.#digests.has(nameOf(digest))
  }

  add(digest: Uint8Array): void {
    this.#digests.add(nameOf(digest))
  }

  /** Durable, and whole or not at all. */
  async save(): Promise<void> {
    if (this.file === null) return
    const digests = [...this.#digests].map((name) => new Uint8Array(Buffer.from(name, 'base64')))
    const ascending = digests.sort((a, b) => Buffer.compare(a, b))
    const bytes = concat(TAG, hashBytes(this.network.chainId), ...ascending)
    await writeDurably(this.file, concat(bytes, sha256(bytes)))
  }
}

const nameOf = (digest: Uint8Array): string => Buffer.from(digest).toString('base64')

const digestsIn = (bytes: Uint8Array, file: string, { chainId }: Network): readonly Uint8Array[] => {
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_SIZE))
  const digests = body.subarray(TAG.length + DIGEST_SIZE)
  const isWhole =
    body.length >= TAG.length + DIGEST_SIZE &&
    equalBytes(sha256(body), bytes.subarray(body.length)) &&
    equalBytes(body.subarray(0, TAG.length), TAG) &&
    digests.length % DIGEST_SIZE === 0
  if (!isWhole) throw new CodedError('resume-damaged', `${file} is not what an audit left`, { file })
  if (!equalBytes(body.subarray(TAG.length, TAG.length + DIGEST_SIZE), hashBytes(chainId))) {
    throw new CodedError('resume-foreign', `${file} is of an audit of another network`, { file })
  }
  return Array.from({ length: digests.length / DIGEST_SIZE }, (_, index) =>
    digests.subarray(index * DIGEST_SIZE, (index + 1) * DIGEST_SIZE),
  )
}
