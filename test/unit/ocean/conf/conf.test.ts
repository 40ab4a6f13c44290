import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { isYes, loadConf, readConf } from '../../../../src/ocean/conf/index.js'
import { readConf as recordedConf } from '../../../support/ocean/index.js'
import { temporaryDirectory } from '../../../support/temporary.js'

const SIGNERS = /^signblockscript=(.*)$/m.exec(recordedConf(0))?.[1]

describe('ocean.conf', () => {
  it('is read as three real nodes had it', () => {
    const { chain, node, unknown } = readConf(recordedConf(0))
    expect(unknown).toEqual([])
    expect(chain).toMatchObject({
      name: 'ocean_test',
      prefixes: { pubkeyHash: 235, scriptHash: 75, secretKey: 239 },
      signBlockScript: SIGNERS,
      fedpegScript: '51',
      fedpegAddress: '8e8a0ec05cc3c2b8511aabadeeb821df19ea7564',
      parentContract: '076c97e1c869072ee22f8c91978c99b4bcb02591',
      attestationHash: '1'.repeat(64),
      freeCoins: { satoshis: 2_100_000_000_000_000n },
    })
    expect(chain.policyCoins.map(({ policy }) => policy)).toEqual([
      'freezelist',
      'burnlist',
      'whitelist',
      'challenge',
      'permission',
      'issuance',
    ])
    expect(node).toMatchObject({
      coinbaseScript: SIGNERS,
      transactionIndex: true,
      keyPool: 50,
      addNodes: ['127.0.0.1:28811', '127.0.0.1:28812'],
      rpc: { user: 'user0', password: 'password0', port: 28800, workers: 4, queue: 16 },
      policy: {
        whitelist: true,
        freezelist: true,
        burnlist: true,
        issuanceBlock: true,
        recordInflation: true,
      },
    })
  })

  it('differs between recorded nodes in policy, and not in the chain', () => {
    expect(readConf(recordedConf(2)).chain).toEqual(readConf(recordedConf(1)).chain)
    expect(readConf(recordedConf(2)).node.policy).toMatchObject({
      whitelist: false,
      freezelist: false,
      burnlist: false,
      issuanceBlock: false,
      recordInflation: true,
    })
  })

  it('has the defaults of a real node where it is empty', () => {
    const { chain, node } = readConf('')
    expect(chain).toMatchObject({ name: 'ocean_test', signBlockScript: '51', policyCoins: [] })
    expect(chain.freeCoins).toBeUndefined()
    expect(node.rpc).toMatchObject({ port: 9041, user: undefined, password: undefined, allowed: [] })
  })

  it.each([
    ['ocean_main', 28, 87, 128],
    ['gold_main', 38, 97, 180],
    ['anything', 235, 75, 239],
  ])('knows the prefixes of %s', (name, pubkeyHash, scriptHash, secretKey) => {
    expect(readConf(`chain=${name}`).chain.prefixes).toEqual({ pubkeyHash, scriptHash, secretKey })
  })

  it('leaves the text of the pegged address as it is, and takes hashes in any case', () => {
    const { chain } = readConf(`fedpegaddress=${'aB'.repeat(20)}\nattestationhash=${'aB'.repeat(32)}`)
    expect(chain.fedpegAddress).toBe('aB'.repeat(20))
    expect(chain.attestationHash).toBe('ab'.repeat(32))
  })

  it('leaves out policy coins without a destination, and all of them without coins', () => {
    const conf = 'burnlistcoinsdestination=51\nissuancecoinsdestination=52\n'
    expect(readConf(conf).chain.policyCoins).toEqual([])
    expect(readConf(`${conf}policycoins=100`).chain.policyCoins).toEqual([
      { policy: 'burnlist', satoshis: 100n, destination: '51' },
      { policy: 'issuance', satoshis: 100n, destination: '52' },
    ])
  })

  it.each([
    ['comments and spaces', '# all\n  txindex = 1 # yes\r\n', true],
    ['the first of two', 'txindex=1\ntxindex=0', true],
    ['a negative', 'notxindex=0', true],
    ['a negative that says yes', 'notxindex=1', false],
    ['nothing for yes', 'txindex=', true],
    ['what is no number for no', 'txindex=true', false],
    ['sections for other options', '[test]\ntxindex=1', false],
  ])('takes %s', (_name, text, expected) => {
    expect(readConf(text).node.transactionIndex).toBe(expected)
  })

  it('lets the command line count first, and its last word there', () => {
    const { node } = readConf('rpcport=1\nrpcuser=a', ['-rpcport=2', 'rpcport=3', '--txindex'])
    expect(node).toMatchObject({ transactionIndex: true, rpc: { port: 3, user: 'a' } })
  })

  it('keeps every line of an option that may be repeated', () => {
    const { node } = readConf('rpcallowip=10.0.0.0/8\nrpcallowip=::1\nsignblockscriptchange=51:7')
    expect(node.rpc.allowed).toEqual(['10.0.0.0/8', '::1'])
    expect(node.signBlockScriptChanges).toEqual([{ script: '51', height: 7 }])
  })

  it('names options that nobody reads, and takes consensus options as they are', () => {
    const { unknown, node } = readConf('freezlist=1\ncon_bip34height=5\nlisten=1')
    expect(unknown).toEqual(['freezlist'])
    expect(node.consensus).toEqual(new Map([['con_bip34height', '5']]))
  })

  it.each([
    'signblockscript=5',
    'signblockscript=xx',
    'rpcport=65536',
    'rpcport=-1',
    'policycoins=1.5',
    'chain=../x',
    'attestationhash=11',
    'signblockscriptchange=51',
  ])('refuses %s, and does not repeat what may be a secret', (text) => {
    const option = text.split('=')[0]
    expect(() => readConf(text)).toThrow(
      expect.objectContaining({ code: 'ocean-conf-invalid', data: { option } }),
    )
  })

  it.each(['rpcpassword', '=x', 'a=1\nsecret'])('refuses the line %j by its number', (text) => {
    const line = text.split('\n').length
    expect(() => readConf(text)).toThrow(
      expect.objectContaining({ code: 'ocean-conf-malformed', data: { line } }),
    )
  })

  it('says so where there is no file', async () => {
    const directory = await temporaryDirectory()
    await expect(loadConf(join(directory, 'ocean.conf'))).rejects.toMatchObject({
      code: 'ocean-conf-unreadable',
      data: { reason: 'ENOENT' },
    })
    await writeFile(join(directory, 'ocean.conf'), 'rpcuser=x')
    expect((await loadConf(join(directory, 'ocean.conf'))).node.rpc.user).toBe('x')
  })

  it.each([
    ['', true],
    ['1', true],
    ['2x', true],
    ['-1', true],
    ['0', false],
    ['yes', false],
  ])('takes %j for yes: %s', (text, expected) => {
    expect(isYes(text)).toBe(expected)
  })
})
