import { randomInt } from 'node:crypto'

import { checkPortFree } from '../../node/port.js'
import { CodedError, isCoded } from '../../util/index.js'

/**
 * Ports stand in the network file before anything listens. They are drawn below the range from which systems take
 * ports for outgoing connections, or one could be gone by the time its node starts.
 */
const LOWEST = 20_000
const HIGHEST = 32_000
const ATTEMPTS = 1000

/** @throws CodedError `ports-exhausted` */
export const freePorts = async (host: string, wanted: number): Promise<readonly number[]> => {
  const ports = new Set<number>()
  for (let attempt = 0; attempt < ATTEMPTS && ports.size < wanted; attempt++) {
    const port = randomInt(LOWEST, HIGHEST)
    if (ports.has(port)) continue
    try {
      ports.add(await checkPortFree({ host, port }))
    } catch (error) {
      if (!isCoded(error, 'port-unavailable')) throw error
    }
  }
  if (ports.size === wanted) return [...ports]
  throw new CodedError('ports-exhausted', `no ${wanted} free ports found on ${host}`, { host, wanted })
}
