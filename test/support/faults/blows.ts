import type { LiveNetwork } from '../live-network/index.js'
import type { Random } from '../simulation/random.js'
import { pause } from '../wait-until.js'

/** One thing done to a running network, and undone again: it resolves when every process runs. */
export type Blow = (network: LiveNetwork, random: Random) => Promise<Hit>

export interface Hit {
  /** In words, for the log of the run. */
  readonly what: string
  /** How many processes were killed for it. */
  readonly kills: number
}

/** Kills one node without a warning, and starts it again some time later. */
export const killOne: Blow = async (network, random) => {
  const name = random.pick(network.nodes)
  await network.kill(name)
  await pause(random.between(0, 600))
  await network.start(name)
  return { what: `killed ${name}`, kills: 1 }
}

/** Kills a node, and again while it starts: replay and recovery are cut short wherever that is. */
export const killWhileStarting: Blow = async (network, random) => {
  const name = random.pick(network.nodes)
  await network.kill(name)
  const started = network.start(name).catch(() => undefined)
  await pause(random.between(100, 1_200))
  await network.kill(name)
  await started
  await network.start(name)
  return { what: `killed ${name} and once more at its start`, kills: 2 }
}

/** Kills several at once, more than the protocol goes on without. */
export const killSome: Blow = async (network, random) => {
  const names = random.sample(network.nodes, random.integer(2, network.nodes.length - 1))
  await network.kill(...names)
  await pause(random.between(0, 400))
  await network.start(...names)
  return { what: `killed ${names.join(', ')}`, kills: names.length }
}

/** As when the power goes. */
export const killAll: Blow = async (network) => {
  await network.kill()
  await network.start()
  return { what: 'killed all', kills: network.nodes.length }
}

/** A process that hangs while its sockets stay open, and comes back with everything it had. */
export const freezeOne: Blow = async (network, random) => {
  const name = random.pick(network.nodes)
  network.process(name).freeze()
  await pause(random.between(50, 2_000))
  network.process(name).thaw()
  return { what: `froze ${name}`, kills: 0 }
}

/** As an operator who updates the whole network, one node after the other, and waits for none. */
export const restartInTurn: Blow = async (network) => {
  for (const name of network.nodes) {
    await network.process(name).close()
    await network.start(name)
  }
  return { what: 'restarted all in turn', kills: 0 }
}
