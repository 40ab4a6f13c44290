import { parentPort, workerData } from 'node:worker_threads'

import { screen, SignatureMemory } from '../../audit/index.js'
import { lawOf } from '../../protocol/index.js'
import { assert } from '../../util/index.js'
import { verify } from '../verify.js'
import type { ScreeningAnswer, ScreeningSetup, ScreeningTask } from './task.js'

/** A thread that verifies messages: it is asked for one batch at a time, and answers in that order. */
assert(parentPort, 'it runs as a thread')
const port = parentPort
const { network, secret } = workerData as ScreeningSetup

/** A vote comes again in certificates soon after, and mostly in the same batch: the audit remembers the rest. */
const NAMES_KEPT = 1 << 14

const law = lawOf(network, verify)
const memory = new SignatureMemory(verify, secret, NAMES_KEPT)
const trustingLaw = lawOf(network, () => true)
const trustingMemory = new SignatureMemory(() => true, secret, NAMES_KEPT)

port.on('message', ({ number, texts, isTrusted }: ScreeningTask) => {
  const screened = isTrusted ? screen(trustingLaw, trustingMemory, texts) : screen(law, memory, texts)
  const answer: ScreeningAnswer = { number, ...screened }
  port.postMessage(answer)
})
