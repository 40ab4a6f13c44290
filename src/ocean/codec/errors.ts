import { CodedError } from '../../util/index.js'

/** What bytes or text of an Ocean chain can be refused for before any rule of the chain is asked. */
export type OceanCodecCode =
  | 'truncated-bytes' // fewer bytes than their counts and lengths promise
  | 'trailing-bytes' // more bytes than the structure takes
  | 'malformed-hex' // no whole bytes of hexadecimal
  | 'non-canonical-size' // a count or length written longer than needed, or above the limit
  | 'unknown-prefix' // an asset, value or nonce with a prefix that means nothing
  | 'unknown-flags' // optional transaction data of no known kind
  | 'superfluous-witness' // a witness is announced, and is empty
  | 'superfluous-issuance' // an issuance is announced, and issues nothing
  | 'malformed-address' // no base58 with a right checksum and a known prefix
  | 'malformed-key' // no key of the curve
  | 'malformed-script' // no sequence of whole operations
  | 'malformed-genesis' // a configuration no genesis block can be made from
  | 'malformed-transaction-request' // arguments no transaction can be made from

export const oceanError = (
  code: OceanCodecCode,
  message: string,
  data: Readonly<Record<string, unknown>> = {},
  options?: ErrorOptions,
): CodedError => new CodedError(code, message, data, options)
