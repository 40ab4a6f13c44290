import { type RelayFile, relayFileSchema, type RelayMember } from '../../ocean-relay/index.js'
import { isRoleIdentity, loadKeyFile, type NodeIdentity } from '../../roles/index.js'
import { CodedError } from '../../util/index.js'
import { readNodeFile } from '../node-file.js'

/** A node's place in a relay: the file that all members share, and the key of one of them. */
export interface RelayPlace {
  readonly file: RelayFile
  readonly member: RelayMember
  readonly identity: NodeIdentity
}

/**
 * @throws CodedError `relay-file-missing`, `relay-file-unreadable`, `relay-file-malformed`, `relay-member-unknown`,
 *   `key-file-mismatch`, and as `loadKeyFile`
 */
export const loadRelayPlace = async (
  relayFile: string,
  keyFile: string,
  passphrase?: string,
): Promise<RelayPlace> => {
  const file = await readNodeFile(relayFile, relayFileSchema, 'relay-file')
  const identity = await loadKeyFile(keyFile, passphrase)
  if (isRoleIdentity(identity)) {
    const sentence = `${keyFile} holds the identity of a role and not of a node`
    throw new CodedError('key-file-mismatch', sentence, { path: keyFile })
  }
  const member = file.members.find(({ id }) => id === identity.id)
  if (!member) {
    const sentence = `the key in ${keyFile} is no member's in ${relayFile}`
    throw new CodedError('relay-member-unknown', sentence, { id: identity.id })
  }
  return { file, member, identity }
}
