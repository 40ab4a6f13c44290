import type { Chapter } from '../mutant.js'

export const RULE_1_PRECOMMIT: Chapter = {
  title: 'Rule 1: precommit',
  mutants: [
    {
      clause: 'at most once',
      without: 'signs every proposal of the round that verifies',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '|| votes.precommitted.has(round) || votes.skipped.has(round)) return\n  for',
          replacement: '|| votes.skipped.has(round)) return\n  for',
        },
        {
          file: 'protocol/validator/vote.ts',
          text: '|| votes.precommitted.has(round) || votes.skipped.has(round)) return\n  votes.precommitted',
          replacement: '|| votes.skipped.has(round)) return\n  votes.precommitted',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 1, precommit comes at most once a round, on the first proposal that verifies',
      },
      simulated: 'seeds',
    },
    {
      clause: 'at most once, across restarts',
      without: 'does not remember own precommits that it reads',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: "if (body.type === 'precommit') (body.skip ? votes.skipped : votes.precommitted).add(body.round)",
          replacement: "if (body.type === 'precommit' && body.skip) votes.skipped.add(body.round)",
        },
      ],
      caught: { file: 'protocol/validator/replay.test.ts', test: "after start 'repeats no precommit'" },
      simulated: 'seeds',
    },
    {
      clause: 'only for its current round',
      without: 'takes proposals of any round',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'for (const proposal of bookAt(state.books, height).proposals.get(round) ?? []) {',
          replacement: 'for (const proposal of [...bookAt(state.books, height).proposals.values()].flat()) {',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 1, precommit comes for the current round alone',
      },
      simulated: 'seeds',
    },
    {
      clause: 'while reading a backlog, first take all certificates',
      without: 'runs the rules after each message of a backlog',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'if (isDue(state, message, turn)) takeMessage(state, message, turn)',
          replacement:
            'if (isDue(state, message, turn)) takeMessage(state, message, turn)\n        progress(state, turn)',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 5, deciding halts where execution differs from what a quorum committed',
      },
      simulated: 'seeds',
    },
    {
      clause: 'while reading a backlog, first take all certificates: of later rounds',
      without: 'precommits before it moves to the round that certificates lead to',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '  // Each pass enters a later round',
          replacement: '  precommitProposal(state, turn)\n  // Each pass enters a later round',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 1, precommit comes for the current round alone',
      },
      simulated: 'comparison',
    },
    {
      clause: 'on the first assembled message that verifies',
      without: 'takes the last one',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'of bookAt(state.books, height).proposals.get(round) ?? []) {',
          replacement: 'of (bookAt(state.books, height).proposals.get(round) ?? []).toReversed()) {',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 1, precommit takes the first of two that verify, also where both come in one moment',
      },
      simulated: 'histories',
    },
    {
      clause: 'the first that verifies: a refused one is not in the way',
      without: 'looks at the first one only',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '        refuse(turn, proposal, judgement.refusal)\n        break',
          replacement: '        refuse(turn, proposal, judgement.refusal)\n        return',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 1, precommit takes the second where the first is refused, also where both come in one moment',
      },
      simulated: 'histories',
    },
    {
      clause: 'of assembler(h,r)',
      without: 'takes proposals from any Messagenode',
      patches: [
        {
          file: 'protocol/view.ts',
          text: 'if (assemblerOf(chain, height, round) !== member.id) {',
          replacement: 'if (assemblerOf(chain, height, round) === undefined) {',
        },
      ],
      caught: { file: 'protocol/view.test.ts', test: 'a validator refuses out-of-turn' },
      simulated: 'schedules',
    },
    {
      clause: 'assembler(h,r) = Messagenode[(h + r) mod m]',
      without: 'rotates by height alone',
      patches: [
        {
          file: 'protocol/view.ts',
          text: '(height + round) % messagenodes.length',
          replacement: 'height % messagenodes.length',
        },
      ],
      caught: {
        file: 'protocol/view.test.ts',
        test: 'assembler(h, r) rotates over the Messagenodes by height and round',
      },
      simulated: 'seeds',
    },
    {
      clause: 'if it has not skipped (h,r)',
      without: 'precommits after a skip',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '|| votes.precommitted.has(round) || votes.skipped.has(round)) return\n  for',
          replacement: '|| votes.precommitted.has(round)) return\n  for',
        },
        {
          file: 'protocol/validator/vote.ts',
          text: '|| votes.precommitted.has(round) || votes.skipped.has(round)) return\n  votes.precommitted',
          replacement: '|| votes.precommitted.has(round)) return\n  votes.precommitted',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 1, precommit does not come after a skip of the round',
      },
      simulated: 'seeds',
    },
    {
      clause: 'the parent is decided here',
      without: 'does not compare the parent with the decided block',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (body.parent !== parent.block) return refuse('wrong-parent')\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused wrong-parent:',
      },
      simulated: 'comparison',
    },
    {
      clause: 'the parent is decided here: and executed',
      without: 'judges on whatever state is there',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: '  if (chain.executed.height !== body.height - 1) return wait([])\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal waits for what is not here yet for a parent that is decided and not executed',
      },
      simulated: 'histories',
    },
    {
      clause: 'links the commit certificate of its parent',
      without: 'does not ask for the link',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if ((body.parentCertificate === null) !== (body.height === 1)) return refuse('wrong-parent-certificate')\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused wrong-parent-certificate:',
      },
      simulated: 'schedules',
    },
    {
      clause: 'cut rules: known lanes only',
      without: 'passes over lanes that are none',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "if (!from) return refuse('unknown-lane', { lane })",
          replacement: 'if (!from) continue',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused unknown-lane:',
      },
      simulated: 'comparison',
    },
    {
      clause: 'cut rules: lanes only advance',
      without: 'lets a lane stand still or go back',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "    if (sequence <= from.sequence) return refuse('cut-backwards', { lane, sequence, parent: from.sequence })\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused cut-backwards:',
      },
      simulated: 'schedules',
    },
    {
      clause: 'cut rules: the root commits to all lanes',
      without: 'does not recompute cutRoot',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  return root === body.cutRoot ? undefined : refuse('wrong-cut-root')",
          replacement: "  return root.length > 0 ? undefined : refuse('wrong-cut-root')",
        },
        {
          file: 'protocol/describe.ts',
          text: '  if (rootOfCut(chain, cutAfter(parent.cut, body.cut)) !== cutRoot) return false\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/describe.test.ts',
        test: 'a proposal describes its block, whatever else was asked about it before',
      },
      simulated: 'schedules',
    },
    {
      clause: 'cut rules: have is one number for each lane',
      without: 'takes any number of them',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (body.have.length !== chain.lanes.length) return refuse('wrong-have', { lanes: body.have.length })\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused wrong-have:',
      },
      simulated: 'schedules',
    },
    {
      clause: 'size rules: bytes',
      without: 'counts no bytes',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: ' || size > caps.bytes) return',
          replacement: ') return',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base is refused over the capacity all the same',
      },
      simulated: 'histories',
    },
    {
      clause: 'size rules: transactions',
      without: 'counts no transactions',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (transactions.length > caps.transactions || size',
          replacement: 'if (size',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base is refused over the transactions of the capacity too, though its bytes would fit',
      },
      simulated: 'histories',
    },
    {
      clause: 'fairness: exactly what fairFill takes',
      without: 'does not compare the cut with fairFill',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "return unfair >= 0 ? refuse('unfair-cut', { lane: unfair }) : undefined",
          replacement: 'return unfair >= fill.cut.length ? wait([]) : undefined',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused unfair-cut: it leaves a lane out',
      },
      simulated: 'schedules',
    },
    {
      clause: 'fairness: nothing beyond have',
      without: 'lets the cut run ahead of have',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (short) return refuse('cut-beyond-have', { lane: short.lane })\n",
          replacement: '  if (short && body.have.length === 0) return undefined\n',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused cut-beyond-have:',
      },
      simulated: 'histories',
    },
    {
      clause: 'at least one transaction, or a lane closed for a cap',
      without: 'precommits a block of junk alone',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "    return lane < 0 ? refuse('nothing-to-propose') : passOverFork(lane)\n",
          replacement: '    return lane < 0 ? undefined : passOverFork(lane)\n',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused nothing-to-propose: it carries junk alone',
      },
      simulated: 'schedules',
    },
    {
      clause: 'fairFill is checked when base = -1',
      without: 'is checked with a base too',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'const unfair = body.base === -1 ? judgeFairness(state, proposal, parent.cut) : undefined',
          replacement: 'const unfair = judgeFairness(state, proposal, parent.cut)',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base need not be fair: the block was judged in its own round',
      },
      simulated: 'seeds',
    },
    {
      clause: 'it holds every message in the range: fetches what is missing',
      without: 'waits without asking, where the choice is free',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (resolved.kind === 'missing') return wait(resolved.wants)\n  const fill",
          replacement: "  if (resolved.kind === 'missing') return wait([])\n  const fill",
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal waits for what is not here yet for the content of its cut, by key, from the assembler first',
      },
      simulated: 'comparison',
    },
    {
      clause: 'it holds every message in the range: fetches what is missing',
      without: 'waits without asking, where there is a base',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (resolved.kind === 'missing') return wait(resolved.wants)\n  const transactions",
          replacement: "  if (resolved.kind === 'missing') return wait([])\n  const transactions",
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base waits for its content',
      },
      simulated: 'comparison',
    },
    {
      clause: 'wait, do not reject',
      without: 'refuses a proposal whose content is not here',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (resolved.kind === 'missing') return wait(resolved.wants)\n  const fill",
          replacement: "  if (resolved.kind === 'missing') return refuse('missing')\n  const fill",
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal waits for what is not here yet for the content of its cut, by key, from the assembler first',
      },
      simulated: 'seeds',
    },
    {
      clause: 'and, where have > cut, the next one',
      without: 'takes the cut as fair where the next message is not here',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (fill.kind === 'missing') return wait([])\n",
          replacement: "  if (fill.kind === 'missing') return undefined\n",
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal waits for what is not here yet for the message behind its cut where the assembler held more',
      },
      simulated: 'schedules',
    },
    {
      clause: 'each chain reaches the named tip: from the tip of the parent',
      without: 'lets it begin anywhere',
      patches: [
        {
          file: 'protocol/lane.ts',
          text: "return key === from.tip ? { kind: 'held', messages: messages.reverse() } : { kind: 'detached' }",
          replacement: "return { kind: 'held', messages: messages.reverse() }",
        },
      ],
      caught: {
        file: 'protocol/lane.test.ts',
        test: 'the stretch between two tips from one branch to the other',
      },
      simulated: 'histories',
    },
    {
      clause: 'each chain reaches the named tip: at the sequence given',
      without: 'does not compare the sequence',
      patches: [
        {
          file: 'protocol/lane.ts',
          text: "    if (message.sequence !== sequence) return { kind: 'detached' }\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused detached-cut: it names a tip that stands at another sequence',
      },
      simulated: 'histories',
    },
    {
      clause: 'txRoot recomputes',
      without: 'takes the root that is named',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (root !== body.txRoot || transactions.length !== body.txCount) return',
          replacement: 'if (root.length === 0 || transactions.length !== body.txCount) return',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused wrong-tx-root:',
      },
      simulated: 'schedules',
    },
    {
      clause: 'txRoot recomputes: with the count',
      without: 'takes the count that is named',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (root !== body.txRoot || transactions.length !== body.txCount) return',
          replacement: 'if (root !== body.txRoot) return',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused wrong-tx-root:',
      },
      simulated: 'schedules',
    },
    {
      clause: 'the block id commits to all of it',
      without: 'does not recompute the block id',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (!describes(chain, parent, body)) return refuse('wrong-block-id')\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused wrong-block-id:',
      },
      simulated: 'schedules',
    },
    {
      clause: '-1 <= b < r',
      without: 'takes any base',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (base >= round) return refuse('base-not-below-round', { base, round })\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/proposal.test.ts',
        test: 'a proposal that breaks a rule is refused base-not-below-round:',
      },
      simulated: 'histories',
    },
    {
      clause: 'a skip certificate for every round j in (b, r)',
      without: 'asks for that of the last round only',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (!allSkipped(book, base, round)) return',
          replacement: 'if (base < round - 1 && !book.skipped.has(round - 1)) return',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a free choice in a later round is not satisfied by the last skip alone: the gap below it is asked for, link by link',
      },
      simulated: 'schedules',
    },
    {
      clause: 'a skip certificate for every round j in (b, r)',
      without: 'asks for none',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: '  if (!allSkipped(book, base, round)) return linked(missingSkip(book, base, round) ?? justify.skipped)\n',
          replacement: '  if (allSkipped(book, round, base)) missingSkip(book, base, round)\n',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a free choice in a later round is refused after a precommitted round that was not skipped',
      },
      simulated: 'schedules',
    },
    {
      clause: 'if b >= 0 a precommitted certificate PC(h,b,x)',
      without: 'asks for none',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (!precommitted) return linked(justify.precommitted)',
          replacement: 'if (!precommitted) return undefined',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base is refused when it links no precommitted certificate and none is held',
      },
      simulated: 'schedules',
    },
    {
      clause: 'whose x is re-proposed: the block',
      without: 'takes any block with a base',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: "  if (precommitted.body.block !== body.block) return refuse('other-block-than-base', { base, round })\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base is refused with any other block',
      },
      simulated: 'schedules',
    },
    {
      clause: 'links not held are fetched: the precommitted certificate',
      without: 'waits without asking',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (!precommitted) return linked(justify.precommitted)',
          replacement: 'if (!precommitted) return wait([])',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base waits for the precommitted certificate that it links',
      },
      simulated: 'comparison',
    },
    {
      clause: 'links not held are fetched: skip certificates',
      without: 'waits without asking',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'return linked(missingSkip(book, base, round) ?? justify.skipped)',
          replacement: 'return justify.skipped ? wait([]) : linked(null)',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a free choice in a later round waits for the skip certificate that it links, and then stands',
      },
      simulated: 'comparison',
    },
    {
      clause: 'links not held are fetched: once a round',
      without: 'asks for a link again each time that it is handed and justifies nothing',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: "if (want.kind === 'message' && asked.has(want.key)) continue",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a link that leads nowhere is not asked for again once it is here and justifies nothing',
      },
      simulated: 'histories',
    },
    {
      clause: 'links not held are fetched: the skips below the one that is linked',
      without: 'asks for the linked one only',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'return linked(missingSkip(book, base, round) ?? justify.skipped)',
          replacement: 'return linked(justify.skipped)',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a free choice in a later round is not satisfied by the last skip alone: the gap below it is asked for, link by link',
      },
      simulated: 'histories',
    },
    {
      clause: 'any valid certificate of that round serves',
      without: 'takes only the one that is linked',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (!precommitted) return linked(justify.precommitted)',
          replacement:
            'if (!precommitted || precommitted.key !== justify.precommitted) return linked(justify.precommitted)',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base carries the block of that round again',
      },
      simulated: 'schedules',
    },
    {
      clause: 'b = -1 means free choice',
      without: 'demands a base once a precommitted certificate is held',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: '  if (base === -1) return undefined\n',
          replacement:
            "  if (base === -1) return book.precommitted.size > 0 ? refuse('no-base') : undefined\n",
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a free choice in a later round waits for the skip certificate that it links, and then stands',
      },
      simulated: 'seeds',
    },
    {
      clause: 'own xRoot differs from that of the PC: does not precommit',
      without: 'does not compare results',
      patches: [
        {
          file: 'protocol/validator/proposal.ts',
          text: 'if (precommitted && precommitted.body.xRoot !== trial.xRoot) {',
          replacement: 'if (precommitted && precommitted.body.block !== body.block) {',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base halts a validator that computes other results than a quorum signed: it reports and signs no more',
      },
      simulated: 'histories',
    },
    {
      clause: 'own xRoot differs from that of the PC: reports',
      without: 'is silent about it',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: "        turn.effects.push({ kind: 'halt', code: 'diverged-execution', facts: judgement.facts })\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base halts a validator that computes other results than a quorum signed: it reports and signs no more',
      },
      simulated: 'histories',
    },
    {
      clause: 'own xRoot differs from that of the PC: stops',
      without: 'goes on signing',
      patches: [
        { file: 'protocol/validator/step.ts', text: '        state.halted = true\n', replacement: '' },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a proposal with a base halts a validator that computes other results than a quorum signed: it reports and signs no more',
      },
      simulated: 'histories',
    },
    {
      clause: 'own results differ from those that are decided: stops',
      without: 'goes on signing',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '  if (diverged) state.halted = true\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/seals.test.ts',
        test: 'rule 5, deciding halts where execution differs from what a quorum committed',
      },
      simulated: 'histories',
    },
  ],
}
