import type { Caller } from './caller.js'
import { nothing, yesOrNo } from './shapes.js'

/** The lists of addresses that a node enforces. */
export type ListName = 'whitelist' | 'freezelist' | 'burnlist'

export const listCalls = ({ call }: Caller) => ({
  isListed: async (name: ListName, address: string) => yesOrNo(await call(`query${name}`, address)),
  addToList: async (name: Exclude<ListName, 'whitelist'>, address: string) =>
    nothing(await call(`addto${name}`, address)),
  /** With the base key, which the contract turns into that of the address. */
  addToWhitelist: async (address: string, baseKey: string) =>
    nothing(await call('addtowhitelist', address, baseKey)),
  removeFromList: async (name: ListName, address: string) =>
    nothing(await call(`removefrom${name}`, address)),
  clearList: async (name: ListName) => nothing(await call(`clear${name}`)),
})
