import { join, resolve } from 'node:path'

/**
 * The one drawing of a devnet's directory.
 *
 * ```
 * network.json                         signed by the registrar
 * account.json                         key of an account with STORE in it, for whoever tries the network
 * validator-1/ ... messagenode-1/ ...  data directories, one for each process (node/data-directory.ts)
 * registrar/                           another, with the draft of the network
 * observer-1/                          another, whose process is not started: for `blockfin follow`
 * client/                              accounts of the demo client, its log, proofs of what it sent
 * ```
 */
export interface Layout {
  readonly root: string
  readonly network: string
  readonly account: string
  readonly client: string
  readonly clientKey: (number: number) => string
  readonly clientLog: string
  readonly proofs: string
  readonly member: (name: string) => string
}

export const layoutOf = (directory: string): Layout => {
  const root = resolve(directory)
  const client = join(root, 'client')
  return {
    root,
    network: join(root, 'network.json'),
    account: join(root, 'account.json'),
    client,
    clientKey: (number) => join(client, `account-${number}.json`),
    clientLog: join(client, 'client.log'),
    proofs: join(client, 'proofs.jsonl'),
    member: (name) => join(root, name),
  }
}

export const OBSERVER_NAME = 'observer-1'
