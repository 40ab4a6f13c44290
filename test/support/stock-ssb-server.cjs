// A stock ssb-server 16, with the plugins that its own `ssb-server start` loads for replication, as a process of
// its own: ssb-db and ssb-db2 must not meet in one process. Takes its configuration as argument, orders and
// questions over the IPC channel. CommonJS, like everything in it.
const { createRequire } = require('node:module')
const process = require('node:process')
const pull = require('pull-stream')

const { path, keys, networkKey, port, hops } = JSON.parse(process.argv[2])
const net = { host: '127.0.0.1', port, scope: ['device', 'local', 'public'], transform: 'shs' }

// Its own versions of the plugins: ours of ssb-ebt and ssb-friends are newer, and not what a stock server runs.
const requireTheirs = createRequire(require.resolve('ssb-server'))
const createServer = require('ssb-server')
for (const plugin of [
  'ssb-private1',
  'ssb-master',
  'ssb-gossip',
  'ssb-replicate',
  'ssb-friends',
  'ssb-blobs',
  'ssb-ebt',
  'ssb-ooo',
]) {
  createServer.use(requireTheirs(plugin))
}
const server = createServer({
  path,
  keys,
  caps: { shs: networkKey },
  friends: { hops },
  // Connects where it is told, not to whatever it hears of.
  gossip: { autostart: false, seed: false, local: false, global: false, friends: true },
  timers: { inactivity: 600e3 },
  connections: { incoming: { net: [net] }, outgoing: { net: [{ transform: 'shs' }] } },
})

const orders = {
  follow: ({ feed }, done) => server.publish({ type: 'contact', contact: feed, following: true }, done),
  connect: ({ address }, done) => server.gossip.connect(address, (error) => done(error)),
  // The newest sequence held of every feed.
  clock: (_order, done) => server.getVectorClock(done),
  // Everything held of one feed, as signed.
  messages: ({ feed }, done) =>
    pull(
      server.createUserStream({ id: feed }),
      pull.map(({ value }) => value),
      pull.collect(done),
    ),
}

process.on('message', ({ id, order, ...parameters }) => {
  orders[order](parameters, (error, value) =>
    process.send({ id, error: error ? String(error) : null, value }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send({ ready: true, address: server.getAddress('device') })
