import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { commands } from '../../../src/cli/commands/index.js'
import { run } from '../../../src/cli/kit/index.js'
import { amount, integer } from '../../../src/ocean/json/index.js'
import { type Calls, type ControlContext, RPC, RpcError } from '../../../src/ocean/rpc/index.js'
import { PASSWORD, serveCalls, USER } from '../../support/ocean/index.js'
import { temporaryDirectory } from '../../support/temporary.js'

const calls: Calls<ControlContext> = {
  getblockcount: () => integer(7),
  getbestblockhash: () => 'ab'.repeat(32),
  submitblock: () => null,
  getbalance: () => ({ CBT: amount(2_100_000_000_000_000n) }),
  getblockhash: (given) => {
    throw new RpcError(RPC.parameter, `Block height out of range: ${given.integer(0)}`)
  },
}

/** The command line in this process, with the configuration of a node that serves these calls. */
const cli = async (words: readonly string[], conf?: string) => {
  const { port } = await serveCalls(calls)
  const file = join(await temporaryDirectory(), 'ocean.conf')
  await writeFile(file, conf ?? `rpcuser=${USER}\nrpcpassword=${PASSWORD}\nrpcport=${port}\n`)
  const said = { out: '', err: '' }
  const code = await run(
    { name: 'blockfin', version: '0', description: '', epilogue: '' },
    commands({ entry: '', startNode: () => Promise.reject(new Error('no node is started here')) }),
    ['ocean', 'cli', '--conf', file, ...words],
    { out: (text) => (said.out += text), err: (text) => (said.err += text), interactive: false },
    new AbortController().signal,
  )
  return { code, ...said }
}

describe('blockfin ocean cli', () => {
  it.each([
    [['getblockcount'], '7\n'],
    [['getbestblockhash'], `${'ab'.repeat(32)}\n`],
    [['submitblock', '00'], ''],
    [['getbalance'], '{\n  "CBT": 21000000.00000000\n}\n'],
    [['getbalance', '--json'], '{\n  "CBT": "21000000.00000000"\n}\n'],
  ])('prints the answer to %j as ocean-cli does', async (words, out) => {
    expect(await cli(words)).toEqual({ code: 0, out, err: '' })
  })

  it('sends numbers where numbers are due, and prints refusals with their code', async () => {
    expect(await cli(['getblockhash', '12'])).toEqual({
      code: 8,
      out: '',
      err: 'error code: -8\nerror message:\nBlock height out of range: 12\n',
    })
    expect(await cli(['getblockhash', 'x'])).toMatchObject({ code: 1, err: /must be JSON \(usage\)/ })
    expect((await cli(['nosuch'])).code).toBe(32_601 % 256)
  })

  it('says so where it has no credentials, or wrong ones', async () => {
    expect((await cli(['getblockcount'], 'rpcport=1')).err).toContain('(ocean-credentials-missing)')
    const { port } = await serveCalls(calls)
    const { code, err } = await cli(['getblockcount'], `rpcuser=a\nrpcpassword=b\nrpcport=${port}`)
    expect({ code, err }).toEqual({
      code: 1,
      err: 'blockfin: the node refuses these credentials (ocean-unauthorized)\n',
    })
  })
})
