import { createClient, type Client, type Patience } from '../client/index.js'
import { loadNetworkFile, type Network } from '../roles/index.js'
import { FILE, many, URL_TEXT, withDefault } from './kit/index.js'

/** How commands reach a network: by its file, which names the HTTP API of every member. */

/** Where `blockfin devnet` leaves it, so that nothing needs to be said to try a command on a devnet. */
export const NETWORK = withDefault(FILE, 'devnet/network.json', 'the signed network file')

export const NODE = many(URL_TEXT, 'ask this node and no other; may be given again')

export interface Connection {
  readonly network: Network
  readonly client: Client
}

/** @throws CodedError of the network file */
export const connect = async (
  { network: path, node }: { readonly network: string; readonly node: readonly string[] },
  patience: Partial<Patience> = {},
): Promise<Connection> => {
  const network = await loadNetworkFile(path)
  const urls = node.length > 0 ? { validators: node, messagenodes: node } : apisOf(network)
  return { network, client: createClient({ ...urls, ...patience }) }
}

/** Base URLs of all members that have an API. */
export const apisOf = ({
  members,
}: Network): { readonly validators: string[]; readonly messagenodes: string[] } => {
  const urls = (kind: string): string[] =>
    members.flatMap((member) =>
      member.kind === kind && member.addresses.http !== null ? [member.addresses.http] : [],
    )
  return { validators: urls('validator'), messagenodes: urls('messagenode') }
}
