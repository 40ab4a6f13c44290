import { createServer, type AddressInfo } from 'node:net'

import { CodedError } from '../util/index.js'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/**
 * Can this process listen there? Listens and lets go at once, so the answer may be outdated by the time it is
 * used; it serves to refuse early, and in one clear line.
 *
 * @returns the port, chosen by the system if 0 was asked for
 * @throws CodedError `port-unavailable`
 */
export const checkPortFree = ({ host, port }: HostPort): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : `the system says ${cause.code}`
      const sentence = `cannot listen on ${host}:${port}: ${why}`
      reject(new CodedError('port-unavailable', sentence, { host, port, reason: cause.code }, { cause }))
    })
    probe.listen({ host, port, exclusive: true }, () => {
      const { port: bound } = probe.address() as AddressInfo
      probe.close(() => resolve(bound))
    })
  })
