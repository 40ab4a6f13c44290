import { expectShape, load, patchOnce, replaceModule } from './patch.js'

/**
 * Cures D20: every handshake that fails is printed to standard error, with its stack, so that whoever reaches the
 * port can fill the disk that keeps the log. Who was refused is told by `registry-admission`, who never got as far as
 * a name is counted by `doorkeeper`.
 */
const MODULE = 'multiserver'

type Serve = (onConnection: unknown, onError: unknown, onStart: unknown) => unknown

interface MultiServer {
  readonly server: Serve
}

type CreateMultiServer = (suites: unknown, wrap?: unknown) => MultiServer

export const installQuietRefusals = (): void =>
  patchOnce('quiet-refusals', () => {
    const create = load(MODULE, 'secret-stack')
    expectShape(MODULE, isCreate(create) && isMultiServer(create([])))
    if (!isCreate(create)) return
    replaceModule(MODULE, (suites: unknown, wrap?: unknown) => quiet(create(suites, wrap)), 'secret-stack')

    // The same of every answer to a peer that did not wait for it.
    const utilities = load(UTILITIES, 'muxrpc')
    expectShape(UTILITIES, isUtilities(utilities))
    if (isUtilities(utilities)) utilities.closedread = () => undefined
  })

const UTILITIES = 'packet-stream/utils'

interface Utilities {
  closedread: () => void
}

const isUtilities = (value: unknown): value is Utilities =>
  typeof value === 'object' &&
  value !== null &&
  'closedread' in value &&
  typeof value.closedread === 'function'

const quiet = (multiServer: MultiServer): MultiServer => ({
  ...multiServer,
  server: (onConnection, onError, onStart) =>
    multiServer.server(onConnection, onError ?? (() => undefined), onStart),
})

const isCreate = (value: unknown): value is CreateMultiServer =>
  typeof value === 'function' && value.length === 2

const isMultiServer = ({ server }: MultiServer): boolean =>
  typeof server === 'function' && server.length === 3
