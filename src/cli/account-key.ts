import { accountIdOf, type AccountId, type Sign } from '../ledger/index.js'
import { feedIdBytes } from '../feeds/index.js'
import { loadKeyFile, loadPublicIdentity, sign, type NodeIdentity } from '../roles/index.js'
import { fromBase64 } from '../util/index.js'
import { FILE, withDefault } from './kit/index.js'

/** An account of the ledger is an ed25519 key; its file has the form of a node's identity. */

/** Where `blockfin devnet` leaves one with STORE in it. */
export const KEY = withDefault(FILE, 'devnet/account.json', 'key file of the account')

export interface AccountKey {
  readonly account: AccountId
  readonly sign: Sign
}

export const accountKeyOf = (identity: NodeIdentity): AccountKey => ({
  account: accountOf(identity),
  sign: (bytes) => fromBase64(sign(identity, bytes), 64),
})

export const accountOf = ({ id }: Pick<NodeIdentity, 'id'>): AccountId => accountIdOf(feedIdBytes(id))

/** @throws CodedError `key-file-*`, `passphrase-*` */
export const loadAccountKey = async (path: string, passphrase?: string): Promise<AccountKey> =>
  accountKeyOf(await loadKeyFile(path, passphrase))

/** Needs no passphrase. @throws CodedError `key-file-*` */
export const loadAccount = async (path: string): Promise<AccountId> =>
  accountOf(await loadPublicIdentity(path))
