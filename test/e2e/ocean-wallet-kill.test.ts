import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { embedded, RECORDED_CONTRACT, temporaryDirectory } from '../support/ocean/embedded.js'

const PROCESS = fileURLToPath(new URL('../support/ocean/wallet-process.ts', import.meta.url))
const ENOUGH = 20

/** Every address that was given out before the process died. */
const addressesUntilKilled = (directory: string): Promise<readonly string[]> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', PROCESS, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > ENOUGH) child.kill('SIGKILL')
    })
    child.once('close', () => resolve(text.split('\n').slice(0, -1)))
  })

describe('a wallet whose node is killed with -9', () => {
  it('has every key that anybody was told of, and gives none of them out again', async () => {
    const directory = await temporaryDirectory()
    const contracts = join(directory, 'terms-and-conditions', 'ocean_test')
    mkdirSync(contracts, { recursive: true })
    writeFileSync(join(contracts, 'latest.txt'), RECORDED_CONTRACT)
    const given = await addressesUntilKilled(directory)
    expect(given.length).toBeGreaterThanOrEqual(ENOUGH)
    // And a write that was cut short.
    appendFileSync(join(directory, 'wallet.log'), '0123456789abcdef {"kind":"lab')
    const on = await embedded(0, directory)
    for (const address of given) {
      expect(await on.call('dumpprivkey', address)).toMatch(/^c/)
      expect(await on.call('getaccount', address)).toBe('label')
    }
    expect(given).not.toContain(await on.call('getnewaddress'))
    await on.node.close()
  }, 120_000)
})
