import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../../src/ocean/wallet/journal.js'
import type { WalletRecord } from '../../../../src/ocean/wallet/records.js'
import { temporaryDirectory } from '../../../support/ocean/embedded.js'

const labels: WalletRecord[] = ['one', 'two', 'three'].map((label) => ({
  kind: 'label',
  address: 'somewhere',
  label,
}))

const written = async (): Promise<string> => {
  const path = join(await temporaryDirectory(), 'wallet.log')
  const { journal } = openJournal(path)
  journal.append(labels.slice(0, 2), 'synced')
  journal.append(labels.slice(2), 'lazy')
  journal.close()
  return path
}

const recordsAt = (path: string): readonly WalletRecord[] => {
  const { journal, records } = openJournal(path)
  journal.close()
  return records
}

describe('the journal of a wallet', () => {
  it('gives back what was written, and nobody else may read it', async () => {
    const path = await written()
    expect(recordsAt(path)).toEqual(labels)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('cuts off a last line that was never finished, wherever it ends, and goes on after it', async () => {
    const path = await written()
    const whole = readFileSync(path)
    const lastStart = whole.lastIndexOf('\n', whole.length - 2) + 1
    for (let size = lastStart; size < whole.length; size += 7) {
      writeFileSync(path, whole)
      truncateSync(path, size)
      const { journal, records } = openJournal(path)
      expect(records).toEqual(labels.slice(0, 2))
      journal.append(labels.slice(2), 'synced')
      journal.close()
      expect(recordsAt(path)).toEqual(labels)
    }
  })

  it.each([
    ['a changed letter', (text: string) => text.replace('two', 'six')],
    ['a lost beginning', (text: string) => text.slice(5)],
    ['a line of something else', (text: string) => `${text}hello\n`],
  ])('refuses %s with a code', async (_, change) => {
    const path = await written()
    writeFileSync(path, change(readFileSync(path, 'utf8')))
    expect(() => openJournal(path)).toThrow(
      expect.objectContaining({ code: 'ocean-wallet-corrupted' }) as Error,
    )
  })

  it('refuses a record of no known kind, though its checksum is right', async () => {
    const path = await written()
    const { createHash } = await import('node:crypto')
    const text = JSON.stringify({ kind: 'unheard-of' })
    const checksum = createHash('sha256').update(text).digest('hex').slice(0, 16)
    appendFileSync(path, `${checksum} ${text}\n`)
    expect(() => openJournal(path)).toThrow(
      expect.objectContaining({ code: 'ocean-wallet-corrupted' }) as Error,
    )
  })

  it('says so where it cannot be written', () => {
    expect(() => openJournal('/nonexistent/wallet.log')).toThrow(
      expect.objectContaining({ code: 'ocean-wallet-unwritable' }) as Error,
    )
  })
})
