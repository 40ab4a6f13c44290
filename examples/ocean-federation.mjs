// Three embedded Ocean nodes that make a chain together, driven by nothing but JSON-RPC.
//
//   node examples/ocean-federation.mjs
//
// It founds a set of three nodes in a temporary folder, has them sign blocks two of three, issues, reissues, sends,
// freezes and burns an asset, kills one node with -9 in the middle, and compares all three in the end. Configuration and
// keys are those of the recorded test chain.
import { Buffer } from 'node:buffer'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { isDeepStrictEqual } from 'node:util'

const PROGRAM = fileURLToPath(new URL('../bin/blockfin.js', import.meta.url))
const VECTORS = new URL('../test/vectors/ocean/', import.meta.url)
const LIMIT_MS = 60_000

const recorded = JSON.parse(gunzipSync(readFileSync(new URL('keys.json.gz', VECTORS))))
const keyNamed = (name) => Object.values(recorded.keys).find((key) => key.name === name)
const folder = mkdtempSync(join(tmpdir(), 'blockfin-federation-'))
const children = []

async function main() {
  const nodes = await found(['a', 'b', 'c'])
  const [a, b, c] = nodes
  const round = () => makeBlock(nodes, a, [a, c])
  const send = async (at, hex) => everywhere(nodes, await at.call('sendrawtransaction', hex))
  const sign = async (at, hex, ...given) => {
    const { hex: signed, complete } = await at.call('signrawtransaction', hex, ...given)
    expect(complete, 'all signatures')
    return signed
  }

  for (const [place, node] of nodes.entries()) {
    await node.call('importprivkey', keyNamed(`block${place}`).wif, '', false)
  }
  for (const name of ['freezelist', 'burnlist'])
    await a.call('importprivkey', keyNamed(name).wif, name, false)
  await a.call('importaddress', recorded.issue_addr, 'issuance', false)
  await a.call('importprivkey', keyNamed('freecoins').wif, 'freecoins', true)

  const [assetAddress, tokenAddress] = [await b.call('getnewaddress'), await b.call('getnewaddress')]
  const issuance = await coinOf(a, 'ISSUANCE')
  const created = await a.call(
    'createrawissuance',
    ...[assetAddress, '1000', tokenAddress, '10', recorded.issue_addr, '210000', '1', issuance.txid, '0'],
  )
  const { issue_spk: scriptPubKey, issue_redeem_script: redeemScript } = recorded
  const spent = [{ txid: issuance.txid, vout: issuance.vout, scriptPubKey, redeemScript }]
  const controllers = ['issue0', 'issue2'].map((name) => keyNamed(name).wif)
  const issued = await send(a, await sign(a, created.rawtx, spent, controllers))
  await round()
  const { asset, entropy } = created
  expect((await balanceOf(b, asset)) === 1000, 'b has 1000 of the new asset')
  console.log(`issued 1000 of ${asset}, signed by two of three controllers`)

  const reissued = await b.call(
    'createrawreissuance',
    ...[assetAddress, '500.5', tokenAddress, '10', issued, '1', entropy],
  )
  await send(b, await sign(b, reissued.hex))
  await round()
  expect((await balanceOf(b, asset)) === 1500.5, 'b has 500.5 more')
  console.log('reissued 500.5 of it')

  await b.kill()
  for (const amount of ['50', '60']) {
    await everywhere(
      [a, c],
      await a.call('sendtoaddress', await c.call('getnewaddress'), amount, '', '', false, 'CBT'),
    )
    await makeBlock([a, c], a, [a, c])
  }
  console.log('killed b with -9; a and c made two blocks without it')
  await b.start()
  await reach(nodes, await a.call('getblockcount'))
  console.log('b is back, with the blocks that it missed and all that it owned')
  expect((await balanceOf(b, asset)) === 1500.5, 'b has what it had')

  const receiver = await a.call('getnewaddress')
  await everywhere(nodes, await b.call('sendtoaddress', receiver, 100, '', '', false, asset))
  await round()
  expect((await balanceOf(a, asset)) === 100, 'a has 100')
  console.log('sent 100 of it from b to a')

  const list = async (policy) => {
    const coin = await coinOf(a, policy)
    const output = { pubkey: keyNamed('admin').pub, value: coin.amount, address: receiver }
    const hex = await a.call(
      'createrawpolicytx',
      [{ txid: coin.txid, vout: coin.vout }],
      [output],
      0,
      coin.asset,
    )
    await send(a, await sign(a, hex))
    await round()
  }
  await list('FREEZELIST')
  const held = await coinOf(a, asset)
  const burning = await a.call('createrawburn', held.txid, String(held.vout), asset, held.amount)
  const burnt = await sign(a, burning.hex)
  const refusal = await a.call('sendrawtransaction', burnt).then(
    () => 'nothing',
    ({ message }) => message,
  )
  expect(refusal.includes('freezelist'), `the frozen coin is refused: ${refusal}`)
  console.log(`froze the receiver; moving its coin is refused: ${refusal}`)
  await list('BURNLIST')
  await send(a, burnt)
  await round()
  expect((await balanceOf(a, asset)) === 0, 'the frozen coin is burnt')
  console.log('burnt the frozen coin')

  const tips = await Promise.all(nodes.map((node) => node.call('getbestblockhash')))
  const totals = await Promise.all(nodes.map(totalsOf))
  expect(new Set(tips).size === 1, 'one best block')
  expect(
    totals.every((each) => isDeepStrictEqual(each, totals[0])),
    'one sum of coins for each asset',
  )
  console.log(`all three at height ${await a.call('getblockcount')}, block ${tips[0]}, with the same totals`)
  await Promise.all(nodes.map((node) => node.call('stop')))
}

/** Configurations, keys and relay file of nodes, which are started then. */
async function found(names) {
  const ports = await freePorts(names.length * 2)
  const nodes = names.map((name, place) => new Node(name, ports[2 * place], ports[2 * place + 1]))
  run(
    'relay-file',
    '--out',
    join(folder, 'relay.json'),
    ...nodes.map(({ id, port }) => `${id},127.0.0.1:${port}`),
  )
  await Promise.all(nodes.map((node) => node.start()))
  console.log(`three nodes run in ${folder}`)
  return nodes
}

class Node {
  constructor(name, rpcPort, port) {
    this.name = name
    this.rpcPort = rpcPort
    this.port = port
    this.conf = join(folder, `${name}.conf`)
    this.key = join(folder, `${name}.key.json`)
    const conf = readFileSync(new URL('conf/node0.ocean.conf', VECTORS), 'utf8')
    const own = conf.replace(/^rpcport=.*$/m, `rpcport=${rpcPort}`)
    // Who may be paid is not of interest here.
    writeFileSync(this.conf, own.replace(/^pkhwhitelist=1$/m, 'pkhwhitelist=0'))
    this.id = run('new-key', '--out', this.key)
  }

  async start() {
    const words = ['--conf', this.conf, '--datadir', join(folder, this.name), '--key', this.key]
    words.push('--relay', join(folder, 'relay.json'))
    this.child = spawn(process.execPath, [PROGRAM, 'ocean', 'start', ...words], { stdio: 'ignore' })
    children.push(this.child)
    await eventually(`${this.name} answers`, () => this.call('getblockcount').then(Number.isInteger))
  }

  async kill() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await ended
  }

  /** One call over JSON-RPC 1.0. */
  async call(method, ...params) {
    const response = await fetch(`http://127.0.0.1:${this.rpcPort}/`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('user0:password0').toString('base64')}` },
      body: JSON.stringify({ method, params, id: method }),
    })
    const { result, error } = await response.json()
    if (error) throw new Error(`${method} at ${this.name}: ${error.code} ${error.message}`)
    return result
  }
}

/** A proposal, signatures of its signers, and one block for everybody: given to one node, and brought by the relay. */
async function makeBlock(nodes, proposer, signers) {
  const height = await proposer.call('getblockcount')
  const proposal = await proposer.call('getnewblockhex')
  const signatures = await Promise.all(signers.map((signer) => signer.call('signblock', proposal)))
  const { hex, complete } = await proposer.call('combineblocksigs', proposal, signatures)
  expect(complete, 'a complete block')
  expect((await proposer.call('submitblock', hex)) === null, 'an accepted block')
  await reach(nodes, height + 1)
}

const reach = (nodes, height) =>
  eventually(`all at height ${height}`, async () => {
    const heights = await Promise.all(nodes.map((node) => node.call('getblockcount')))
    return heights.every((each) => each === height)
  })

/** Waits until a transaction is known to all these nodes. */
async function everywhere(nodes, txid) {
  await eventually(`${txid} everywhere`, async () => {
    const pools = await Promise.all(nodes.map((node) => node.call('getrawmempool')))
    return pools.every((pool) => pool.includes(txid))
  })
  return txid
}

async function coinOf(node, asset) {
  const [coin] = await node.call('listunspent', 0, 9_999_999, [], true, asset)
  expect(coin, `a coin of ${asset} at ${node.name}`)
  return coin
}

const balanceOf = (node, asset) => node.call('getbalance', '', 0, false, asset)

/** What a node knows of issuances begins with its start; coins do not. */
async function totalsOf(node) {
  const totals = await node.call('getutxoassetinfo')
  return totals.map(({ asset, amountspendable, amountfrozen }) => ({ asset, amountspendable, amountfrozen }))
}

function expect(holds, what) {
  if (!holds) throw new Error(`expected: ${what}`)
}

async function eventually(what, holds) {
  const deadline = performance.now() + LIMIT_MS
  while (!(await holds().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`not within ${LIMIT_MS / 1_000} s: ${what}`)
    await pause(100)
  }
}

function run(...words) {
  return execFileSync(process.execPath, [PROGRAM, 'ocean', ...words], { encoding: 'utf8' }).trim()
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
