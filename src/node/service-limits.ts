import type { ValidatorServiceOptions } from '../validator/index.js'
import type { NodeLimits } from './config.js'

type ServiceLimits = Required<Pick<ValidatorServiceOptions, 'limits' | 'streams' | 'pending'>>

/** The options of this node in the words of its services; what is left out keeps its default. */
export const serviceLimits = (limits: NodeLimits): ServiceLimits => ({
  limits: given({
    connections: limits.connections,
    connectionsPerAddress: limits.connectionsPerAddress,
    requestsPerSecond: limits.requestsPerSecond,
  }),
  streams: given({
    subscribers: limits.eventStreams,
    subscribersPerAddress: limits.eventStreamsPerAddress,
  }),
  pending: given({
    transactions: limits.pendingTransactions,
    bytes: limits.pendingBytes,
    perSubmitter: limits.pendingPerAccount,
  }),
})

type Given<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
