import type { Command } from '../kit/index.js'
import { accountNew, accountShow } from './account.js'
import { audit } from './audit.js'
import { devnet } from './devnet.js'
import { evidenceExport, evidenceList } from './evidence.js'
import { exportFeeds } from './export.js'
import { feedList, feedRead } from './feed.js'
import { follow } from './follow.js'
import { importFeeds } from './import.js'
import { init } from './init.js'
import { load } from './load.js'
import { oceanCli } from './ocean-cli.js'
import { oceanNewKey, oceanRelayFile } from './ocean-relay.js'
import { oceanStart } from './ocean-start.js'
import { oceanVerifyFork } from './ocean-verify-fork.js'
import { proof } from './proof.js'
import { registrarInit, registrarSign, registrarStart } from './registrar.js'
import { replay } from './replay.js'
import { start, type StartNode } from './start.js'
import { status } from './status.js'
import { txSend, txStatus } from './tx.js'
import { verify } from './verify.js'

/** What commands need of the outside; tests give others. */
export interface Surroundings {
  readonly startNode: StartNode
  /** The script that runs this command, for the processes it starts. */
  readonly entry: string
}

/** The table of commands, in the order of their help. */
export const commands = ({ startNode, entry }: Surroundings): readonly Command[] => [
  devnet(entry),
  start(startNode),
  init,
  registrarInit,
  registrarSign,
  registrarStart(startNode),
  accountNew,
  accountShow,
  txSend,
  txStatus,
  status,
  proof,
  verify,
  evidenceList,
  evidenceExport,
  audit,
  replay,
  feedList,
  feedRead,
  follow(startNode),
  exportFeeds,
  importFeeds,
  load,
  oceanCli,
  oceanStart,
  oceanNewKey,
  oceanRelayFile,
  oceanVerifyFork,
]
