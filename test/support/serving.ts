import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ChainStore, ChainView, openChainStore } from '../../src/chain-store/index.js'
import type { LedgerState } from '../../src/ledger/index.js'
import { createMessagenodeService, type MessagenodeService } from '../../src/messagenode/index.js'
import type { FeedId } from '../../src/feeds/index.js'
import {
  createValidatorService,
  type ValidatorService,
  type ValidatorServiceOptions,
} from '../../src/validator/index.js'
import { TestAccount } from './account.js'
import { ChainFixture } from './chain-fixture.js'
import type { TestNetworkOptions } from './network.js'
import { temporaryDirectory } from './temporary.js'

/** Nodes that serve a fixture's chain, closed when the test ends. */

/** Owns almost everything at genesis. */
export const richAccount = (): TestAccount => new TestAccount('rich')

export const fixtureWith = (options: TestNetworkOptions = {}): ChainFixture =>
  new ChainFixture({
    balances: new Map([[richAccount().id, 1_000_000n]]),
    ...options,
  })

export interface Serving<Service> {
  readonly chain: ChainFixture
  readonly view: ChainView<LedgerState>
  readonly store: ChainStore
  readonly service: Service
}

export const serveView = async (
  chain: ChainFixture,
  self?: FeedId,
  directory?: string,
): Promise<{ view: ChainView<LedgerState>; store: ChainStore; faults: unknown[] }> => {
  const path = join(directory ?? (await temporaryDirectory()), 'blocks')
  const store = await openChainStore(path, chain.network.chainId)
  const faults: unknown[] = []
  const view = new ChainView(chain.host(self), store, (error) => faults.push(error))
  onTestFinished(async () => {
    await view.close()
    await store.close()
  })
  return { view, store, faults }
}

export const serveValidator = async (
  chain: ChainFixture = fixtureWith(),
  options: ValidatorServiceOptions = {},
  directory?: string,
): Promise<Serving<ValidatorService>> => {
  const { view, store } = await serveView(chain, undefined, directory)
  const service = createValidatorService(chain.host(), view, options)
  onTestFinished(() => service.close())
  return { chain, view, store, service }
}

export const serveMessagenode = async (
  chain: ChainFixture = fixtureWith(),
): Promise<Serving<MessagenodeService>> => {
  const self = chain.network.genesis.messagenodes[0]?.id
  const { view, store } = await serveView(chain, self)
  const service = createMessagenodeService(chain.host(self), view)
  onTestFinished(() => service.close())
  return { chain, view, store, service }
}
