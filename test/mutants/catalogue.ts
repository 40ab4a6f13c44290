import { RULE_1_PRECOMMIT } from './chapters/rule-1-precommit.js'
import { RULES_2_3_LOCK } from './chapters/rules-2-3-lock.js'
import { RULE_4_ROUNDS } from './chapters/rule-4-rounds.js'
import { RULES_5_6_DECIDE_SEAL } from './chapters/rules-5-6-decide-seal.js'
import { ORDER_OF_IO } from './chapters/order-of-io.js'
import { NODE } from './chapters/node.js'
import { MESSAGENODE_CERTIFICATES } from './chapters/messagenode-certificates.js'
import { MESSAGENODE_WINDOW } from './chapters/messagenode-window.js'
import { MESSAGENODE_ASSEMBLER } from './chapters/messagenode-assembler.js'
import { FINDINGS } from './chapters/findings.js'
import { FORK_PROOF } from './chapters/fork-proof.js'
import { FAIR_FILL } from './chapters/fair-fill.js'
import { TIMERS } from './chapters/timers.js'
import { OFFERS } from './chapters/offers.js'
import type { Chapter, Mutant } from './mutant.js'

/** Sections 3 to 5 of the protocol, clause by clause, in the order of docs/reliability.md. */
export const CHAPTERS: readonly Chapter[] = [
  RULE_1_PRECOMMIT,
  RULES_2_3_LOCK,
  RULE_4_ROUNDS,
  RULES_5_6_DECIDE_SEAL,
  ORDER_OF_IO,
  NODE,
  MESSAGENODE_CERTIFICATES,
  MESSAGENODE_WINDOW,
  MESSAGENODE_ASSEMBLER,
  FINDINGS,
  FORK_PROOF,
  FAIR_FILL,
  TIMERS,
  OFFERS,
]

export const MUTANTS: readonly Mutant[] = CHAPTERS.flatMap(({ mutants }) => mutants)
