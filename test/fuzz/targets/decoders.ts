import fc from 'fast-check'

import { PacketDecoder } from '../../../plugins/bounded-wire/packets.js'
import { decodeRecords } from '../../../plugins/durable-publish/wal-record.js'
import { unpackTransactionAt, unpackTransactions } from '../../../src/chain-store/records.js'
import { encodeBody, parseContent } from '../../../src/feeds/index.js'
import { decodeAccount } from '../../../src/ledger/account.js'
import { decodeTransaction } from '../../../src/ledger/decode-transaction.js'
import { decodeSnapshot, encodeSnapshot } from '../../../src/ledger/snapshot.js'
import { genesisState } from '../../../src/ledger/state.js'
import { verifyAccountProof } from '../../../src/ledger/index.js'
import { verifyStateProof, verifyTransactionProof } from '../../../src/protocol/index.js'
import { parseNetworkFile, verifyBytes } from '../../../src/roles/index.js'
import { parseRegistration } from '../../../src/roles/registration.js'
import { CodedError, fromBase64, fromHex } from '../../../src/util/index.js'
import { TestAccount } from '../../support/account.js'
import { arbitraryBody } from '../../support/arbitrary-bodies.js'
import { testNetwork } from '../../support/network.js'
import { spoiledBytes, spoiledJson } from '../spoiled.js'
import type { FuzzTarget } from '../target.js'

/** Whatever a decoder is given, it answers, or refuses with a code. */
const coded = (decode: () => unknown): void => {
  try {
    decode()
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
  }
}

const { network, file, members } = testNetwork({ validators: 4, messagenodes: 2 })
const rich = new TestAccount('rich')
const snapshot = encodeSnapshot(genesisState(network))
const transaction = rich.transfer(network.chainId, rich.id, 1n)

const packets = (bytes: Uint8Array): void => {
  const decoder = new PacketDecoder(1000)
  decoder.add(Buffer.from(bytes))
  for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
    if (typeof next === 'string' && next !== 'GOODBYE') return
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

const ofBytes: readonly ((bytes: Uint8Array) => unknown)[] = [
  packets,
  decodeTransaction,
  decodeAccount,
  (bytes) => decodeSnapshot(network, bytes),
  unpackTransactions,
  (bytes) => unpackTransactionAt(bytes, 1),
  (bytes) => decodeRecords(Buffer.from(bytes)),
  (bytes) => fromHex(text(bytes)),
  (bytes) => fromBase64(text(bytes), 64),
  (bytes) => parseContent(text(bytes)),
]

const ofJson: readonly ((json: unknown) => unknown)[] = [
  parseContent,
  parseNetworkFile,
  (json) => parseRegistration(json, network.networkId),
  (json) => verifyTransactionProof(network, json, verifyBytes),
  (json) => verifyStateProof(network, json, verifyBytes),
  (json) => verifyAccountProof(network.chainId, rich.id, json),
]

const bytes = spoiledBytes(fc.constantFrom(transaction, snapshot))
const json = spoiledJson(
  fc.oneof(
    arbitraryBody.map(encodeBody),
    fc.constant(file),
    fc.constantFrom(...members.map((member) => member.registration)),
  ),
)

export const decoders: FuzzTarget = {
  name: 'decoders',
  open: async () => ({
    property: fc.property(fc.record({ bytes, json }), (input) => {
      for (const decode of ofBytes) coded(() => decode(input.bytes))
      for (const decode of ofJson) coded(() => decode(input.json))
    }),
    close: async () => undefined,
  }),
}
