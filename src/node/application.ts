import { pathToFileURL } from 'node:url'

import { storeLedger } from '../ledger/index.js'
import type { Application, Verify } from '../protocol/index.js'
import { CodedError } from '../util/index.js'

/** What the module named by the option `application` exports as its default. */
export type MakeApplication = (tools: { readonly verify: Verify }) => Application<unknown>

/** The STORE ledger, or whatever the module at `path` exports. @throws CodedError `application-unusable` */
export const loadApplication = async (path: string | null, verify: Verify): Promise<Application<unknown>> => {
  if (path === null) return erased(storeLedger({ verify }))
  const unusable = (cause?: unknown) =>
    new CodedError('application-unusable', `the application ${path} cannot be used`, { path }, { cause })
  const module: unknown = await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw unusable(cause)
  })
  const make: unknown =
    typeof module === 'object' && module !== null && 'default' in module ? module.default : null
  if (typeof make !== 'function') throw unusable()
  const application: unknown = (make as MakeApplication)({ verify })
  if (!isApplication(application)) throw unusable()
  return application
}

/** The node passes states through without looking inside; only the application that made one reads it. */
const erased = <State>(application: Application<State>): Application<unknown> => application

const METHODS = ['genesis', 'check', 'execute', 'root', 'describe', 'snapshot', 'restore', 'query'] as const

const isApplication = (value: unknown): value is Application<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  METHODS.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
