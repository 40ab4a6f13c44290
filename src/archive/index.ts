/**
 * Archives: the feeds of a network as one or several nodes received them, in one file (docs/archive-format.md).
 *
 * ```ts
 * const archive = await openArchive(path, { network })   // checks index and head; CodedError `archive-*`
 * await archive.verify()                                 // reads and checks every byte
 * archive.network, archive.networkText, archive.replicas // the signed network file, and whose logs are inside
 * for await (const { key, value, received } of archive.messages()) ...     // by feed, sequence, key; forks side by side
 * for await (const { key, value } of archive.feed(feedId, 10, 20)) ...     // random access
 * const replica = await archive.replica(0)               // verifies first; holds 8 bytes for each message
 * for await (const { position, receivedAt, key, value } of replica.arrivals()) ... // as that node received them
 * await replica.read(17)                                 // one of them again, by its position
 * for await (const { replica, name, text } of archive.evidence()) ...      // files of evidence stores: proofs, findings
 * await archive.close()
 * ```
 *
 * `value` is a `ClassicMessage` whose hash is `key`: `parseMessage(key, value)` makes a `FeedMessage` of it. Not checked
 * here, because it is a finding and no fault of the file: signatures, gaps and forks in feeds, and authors that are no
 * feeds of the network. `streamArchive` reads a pipe; `archiveBytes` writes.
 */
export { ARCHIVE_CODES, type ArchiveCode } from './codes.js'
export type { Content } from './contents.js'
export type { End } from './end.js'
export type { Head } from './head.js'
export type { FeedRange } from './index-table.js'
export type { EvidenceLine, MessageLine, Reception, ReplicaEntry } from './lines.js'
export {
  mergeReplicas,
  type ReceivedMessage,
  type ReplicaSource,
  type Scanned,
  scanReplica,
} from './merge.js'
export { type Archive, openArchive, type OpenOptions } from './open.js'
export type { ArchivedReplica, Arrival } from './replica.js'
export { streamArchive } from './stream.js'
export {
  type Cell,
  columnsOf,
  csvLine,
  jsonLine,
  rowsFor,
  type TableName,
  type TableRow,
  TABLES,
} from './tables.js'
export { archiveBytes, type ArchiveContents, type WriteProgress, type Written } from './write.js'
