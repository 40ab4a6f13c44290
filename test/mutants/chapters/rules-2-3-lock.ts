import type { Chapter } from '../mutant.js'

export const RULES_2_3_LOCK: Chapter = {
  title: 'Rules 2 and 3: commit and skip',
  mutants: [
    {
      clause: '2: commit on a valid PC(h,r,x)',
      without: 'takes certificates without verifying them',
      patches: [
        {
          file: 'protocol/view.ts',
          text: "if (verdict.verdict !== 'accept') return refused(turn, message, verdict)",
          replacement:
            "if (verdict.verdict !== 'accept' && body.signers.length === 0) return refused(turn, message, verdict)",
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 2, commit does not follow a certificate that has too few signers',
      },
      simulated: 'seeds',
    },
    {
      clause: '2: from any Messagenode',
      without: 'commits only on that of the first Messagenode',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '    commit(state, certificate, turn)\n',
          replacement:
            '    if (state.chain.registry.placeOf(certificate.author)?.index === 0) commit(state, certificate, turn)\n',
        },
      ],
      caught: {
        file: 'protocol/validator/votes.test.ts',
        test: 'votes commit: links the precommitted certificate, which is durable before it',
      },
      simulated: 'seeds',
    },
    {
      clause: '2: also for a past round',
      without: 'commits in the current round and later ones only',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '    commit(state, certificate, turn)\n',
          replacement:
            '    if (certificate.body.round >= state.round.round) commit(state, certificate, turn)\n',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 2, commit follows a precommitted certificate of a past round',
      },
      simulated: 'seeds',
    },
    {
      clause: '2: if it has not skipped (h,r)',
      without: 'commits what it has skipped',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '|| votes.committed.has(round) || votes.skipped.has(round)) return',
          replacement: '|| votes.committed.has(round)) return',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 3, the lock: commit and skip of one round exclude each other signs no commit after a skip of the round, whoever shows the certificate',
      },
      simulated: 'seeds',
    },
    {
      clause: '2: once',
      without: 'commits again on each certificate',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '|| votes.committed.has(round) || votes.skipped.has(round)) return',
          replacement: '|| votes.skipped.has(round)) return',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 2, commit is signed once, whoever else shows the certificate',
      },
      simulated: 'seeds',
    },
    {
      clause: '2: once, across restarts',
      without: 'does not remember own commits that it reads',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: "  if (body.type === 'commit') votes.committed.add(body.round)\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/replay.test.ts',
        test: "after start 'repeats no commit, and keeps to it: n…'",
      },
      simulated: 'schedules',
    },
    {
      clause: '3: skip on timeout',
      without: 'skips as soon as there is work',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'if (state.round.expired) skip(state, turn)',
          replacement: 'if (state.round.armedAt !== null) skip(state, turn)',
        },
      ],
      caught: {
        file: 'protocol/validator/base.test.ts',
        test: 'a free choice in a later round needs the skip certificate of every round before it',
      },
      simulated: 'seeds',
    },
    {
      clause: '3: with work pending',
      without: 'skips without work',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: '  if (workPending(state)) round.expired = true\n  else round.armedAt = null\n',
          replacement: '  round.expired = true\n',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'the round timer is disarmed when it runs out without work, and armed again when work comes',
      },
      simulated: 'histories',
    },
    {
      clause: '3: if it has not committed (h,r)',
      without: 'skips what it has committed',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '|| votes.skipped.has(round) || votes.committed.has(round)) return',
          replacement: '|| votes.skipped.has(round)) return',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 3, the lock: commit and skip of one round exclude each other signs no skip after a commit of the round, however often the timer runs out',
      },
      simulated: 'seeds',
    },
    {
      clause: '3: once',
      without: 'skips again and again',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '|| votes.skipped.has(round) || votes.committed.has(round)) return',
          replacement: '|| votes.committed.has(round)) return',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 1, precommit does not come after a skip of the round',
      },
      simulated: 'seeds',
    },
    {
      clause: '3: once, and no commit after it, across restarts',
      without: 'does not remember own skips that it reads',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: "if (body.type === 'precommit') (body.skip ? votes.skipped : votes.precommitted).add(body.round)",
          replacement: "if (body.type === 'precommit' && !body.skip) votes.precommitted.add(body.round)",
        },
      ],
      caught: {
        file: 'protocol/validator/replay.test.ts',
        test: "after start 'repeats no skip, and keeps to it: no …'",
      },
      simulated: 'seeds',
    },
    {
      clause: '3: a precommit followed by a skip of the same round is legal',
      without: 'does not skip what it has precommitted',
      patches: [
        {
          file: 'protocol/validator/vote.ts',
          text: '|| votes.skipped.has(round) || votes.committed.has(round)) return',
          replacement:
            '|| votes.skipped.has(round) || votes.committed.has(round) || votes.precommitted.has(round)) return',
        },
      ],
      caught: {
        file: 'protocol/validator/lock.test.ts',
        test: 'rule 3, the lock: commit and skip of one round exclude each other allows a skip after a precommit of the same round',
      },
      simulated: 'seeds',
    },
    {
      clause: '3: work pending = fairFill gives a proposable block',
      without: 'knows no such work',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'return cut !== undefined && isProposable(fillHere(state.chain, height, cut))',
          replacement: 'return cut === undefined && isProposable(fillHere(state.chain, height, []))',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'work pending, which starts the timer a transaction in a lane',
      },
      simulated: 'schedules',
    },
    {
      clause: '3: work pending = ... a proposable block',
      without: 'any message of a lane is work',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'isProposable(fillHere(state.chain, height, cut))',
          replacement:
            '((fill) => fill.kind === "filled" && fill.bytes > 0)(fillHere(state.chain, height, cut))',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'work pending, which starts the timer a lane message of junk alone',
      },
      simulated: 'seeds',
    },
    {
      clause: '3: fork-proved lanes excluded',
      without: 'a lane whose fork is proved is work',
      patches: [
        {
          file: 'protocol/chain.ts',
          text: 'return lane.forked || leaves(lane, from)',
          replacement: 'return leaves(lane, from)',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'work pending, which starts the timer is nothing in a lane whose fork is proved',
      },
      simulated: 'seeds',
    },
    {
      clause: '3: or a PC(h, any) is held',
      without: 'is no work',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: "  if (book.precommitted.size > 0) return 'certificate'\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'work pending, which starts the timer a precommitted certificate',
      },
      simulated: 'comparison',
    },
    {
      clause: '3: or a proposal for the current (h,r) is held',
      without: 'is no work',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: "  if (book.proposals.has(state.round.round)) return 'proposal'\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'work pending, which starts the timer a proposal of the round, though its content is not here',
      },
      simulated: 'comparison',
    },
    {
      clause: '3: ... for the current (h,r)',
      without: 'a proposal of any round is work',
      patches: [
        {
          file: 'protocol/validator/round.ts',
          text: 'book.proposals.has(state.round.round)',
          replacement: 'book.proposals.size > 0',
        },
      ],
      caught: {
        file: 'protocol/validator/timer.test.ts',
        test: 'work pending, which starts the timer a proposal of another round',
      },
      simulated: 'seeds',
    },
  ],
}
