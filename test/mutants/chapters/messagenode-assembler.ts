import type { Chapter } from '../mutant.js'

export const MESSAGENODE_ASSEMBLER: Chapter = {
  title: 'Messagenode: assembler',
  mutants: [
    {
      clause: 'assembler(h,r) alone',
      without: 'proposes in every turn',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '  if (assemblerOf(chain, height, round) !== chain.context.self) return\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'assembler(h, r) = Messagenode[(h + r) mod m] at (1, 0), number +0 says []',
      },
      simulated: 'seeds',
    },
    {
      clause: 'one assembled message for (h,r)',
      without: 'publishes each twice',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: "  turn.effects.push({ kind: 'publish', role: 'block-assembler', draft, voteBytes: null, durable })\n",
          replacement:
            "  for (const _ of [1, 2]) turn.effects.push({ kind: 'publish', role: 'block-assembler', draft, voteBytes: null, durable })\n",
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: "assembler(h, r) = Messagenode[(h + r) mod m] at (1, 0), number 1 says [ 'assembled 1/0' ]",
      },
      simulated: 'seeds',
    },
    {
      clause: 'one assembled message for (h,r), across restarts',
      without: 'does not remember own proposals that it reads',
      patches: [
        {
          file: 'protocol/messagenode/step.ts',
          text: "  if (body.type === 'assembled') own.proposed.add(body.round)\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/window.test.ts',
        test: 'a replay repeats no proposal for a height that is still open',
      },
      simulated: 'seeds',
    },
    {
      clause: 'on top of the decided block, by its certificate',
      without: 'links none',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'certificate: chain.decided.certificate?.key ?? null,',
          replacement: 'certificate: null,',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'a proposal of round 0 links the certificate of its parent, which is durable before it, and the other assemblers seen',
      },
      simulated: 'seeds',
    },
    {
      clause: 'a proposable block',
      without: 'proposes whatever is there',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: "if (fill.kind !== 'filled' || !isProposable(fill)) return undefined",
          replacement:
            "if (fill.kind !== 'filled' || fill.bytes === 0 || isProposable(fill) === undefined) return undefined",
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'a proposal of round 0 is not made of junk alone, but of junk over the cap',
      },
      simulated: 'seeds',
    },
    {
      clause: 'a proposable block',
      without: 'junk over the cap is none',
      patches: [
        {
          file: 'protocol/fair-fill.ts',
          text: '(fill.txCount > 0 || (fill.full && fill.bytes > 0))',
          replacement: 'fill.txCount > 0',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'a proposal of round 0 is not made of junk alone, but of junk over the cap',
      },
      simulated: 'histories',
    },
    {
      clause: 'r = 0: after idle at once',
      without: 'waits batchMs after idle too',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'pacing.lastProposalAt === null ? 0 : pacing.lastProposalAt + batchMs - turn.at',
          replacement: 'Math.max(0, (pacing.lastProposalAt ?? turn.at) + batchMs - turn.at)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: "assembler(h, r) = Messagenode[(h + r) mod m] at (1, 0), number 1 says [ 'assembled 1/0' ]",
      },
      simulated: 'histories',
    },
    {
      clause: 'r = 0: when full',
      without: 'waits batchMs when full too',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'if (round === 0 && !fill.full && !isPaceReached(state, turn)) return undefined',
          replacement: 'if (round === 0 && !isPaceReached(state, turn)) return undefined',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'the pace is at once when the block is full',
      },
      simulated: 'histories',
    },
    {
      clause: 'r = 0: or batchMs after the last proposal',
      without: 'proposes at once',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'if (round === 0 && !fill.full && !isPaceReached(state, turn)) return undefined\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'the pace is batchMs after the last proposal, by a timer armed once',
      },
      simulated: 'histories',
    },
    {
      clause: 'r = 0: or batchMs after the last proposal',
      without: 'waits for a full block',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '  if (restMs <= 0) return true\n  if (!pacing.batchArmed) {\n',
          replacement: '  if (!pacing.batchArmed) {\n',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'the pace is batchMs after the last proposal, by a timer armed once',
      },
      simulated: 'seeds',
    },
    {
      clause: 'r > 0: on NC(h, r-1) at once',
      without: 'waits as for a block of round 0',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'if (round === 0 && !fill.full &&',
          replacement: 'if (!fill.full &&',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'on NC(h, r-1) does not wait for the pace of round 0',
      },
      simulated: 'histories',
    },
    {
      clause: 'r > 0: on NC(h, r-1) at once',
      without: 'waits for its round timer where a PC is held too',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'if (round > 0 && !book.skipped.has(highest) && !isReproposalDue',
          replacement:
            'if (round > 0 && (!book.skipped.has(highest) || book.precommitted.has(highest)) && !isReproposalDue',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'with only PC(h, r-1) proposes at once when the skip certificate of that round comes too',
      },
      simulated: 'histories',
    },
    {
      clause: 'with only PC(h, r-1), after its own round timer',
      without: 'at once',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '  if (round > 0 && !book.skipped.has(highest) && !isReproposalDue(state, highest, turn)) return\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'with only PC(h, r-1) proposes the block again after its own round timer, from its first sight of the certificate',
      },
      simulated: 'seeds',
    },
    {
      clause: 'with only PC(h, r-1), after its own round timer',
      without: 'never',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'if (round > 0 && !book.skipped.has(highest) && !isReproposalDue(state, highest, turn)) return',
          replacement: 'if (round > 0 && !book.skipped.has(highest)) return',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'with only PC(h, r-1) proposes the block again after its own round timer, from its first sight of the certificate',
      },
      simulated: 'histories',
    },
    {
      clause: 'which runs from its first sight of that PC',
      without: 'from its last sight',
      patches: [
        {
          file: 'protocol/view.ts',
          text: "    if (sameDecision(first, message)) noteShown(book.shownBy, message, messagenode)\n    return { kind: 'known' }",
          replacement:
            "    if (sameDecision(first, message)) noteShown(book.shownBy, message, messagenode)\n    return { kind: 'certificate', message }",
        },
        {
          file: 'protocol/messagenode/step.ts',
          text: '  if (!pacing.precommittedSeenAt.has(body.round)) pacing',
          replacement: '  pacing',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'with only PC(h, r-1) is not reminded by another Messagenode that shows the same certificate later',
      },
      simulated: 'histories',
    },
    {
      clause: 'and no CC(h)',
      without: 'goes on proposing for what is decided',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '  const height = chain.decided.height + 1\n  const { cut } = chain.decided\n',
          replacement:
            '  const height = Math.max(1, chain.decided.height)\n  const { cut } = chain.decided\n',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'the pace arms the timer again when it fires too early',
      },
      simulated: 'seeds',
    },
    {
      clause: 'never for a round below its highest certificate',
      without: 'looks at skips only',
      patches: [
        {
          file: 'protocol/book.ts',
          text: '...book.precommitted.keys(), ...book.skipped.keys()',
          replacement: '...book.skipped.keys()',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'with only PC(h, r-1) proposes the block again after its own round timer, from its first sight of the certificate',
      },
      simulated: 'histories',
    },
    {
      clause: 'never for a round below its highest certificate',
      without: 'looks at precommitted certificates only',
      patches: [
        {
          file: 'protocol/book.ts',
          text: '...book.precommitted.keys(), ...book.skipped.keys()',
          replacement: '...book.precommitted.keys()',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'on NC(h, r-1) waits for something to propose',
      },
      simulated: 'seeds',
    },
    {
      clause: 'base: the highest b whose PC it holds',
      without: 'the lowest',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'sort((a, b) => b - a)',
          replacement: 'sort((a, b) => a - b)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: "the base over [ 'P', 'N', 'PN', 'N' ] is 2",
      },
      simulated: 'seeds',
    },
    {
      clause: 'base: the highest b whose PC it holds',
      without: 'chooses freely',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'return [...bases, -1].find(',
          replacement: 'return [...bases.slice(0, 0), -1].find(',
        },
      ],
      caught: { file: 'protocol/messagenode/reproposal.test.ts', test: "the base over [ 'PN' ] is +0" },
      simulated: 'seeds',
    },
    {
      clause: 'with an unbroken chain of skips above it',
      without: 'with gaps',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: '.find((base) => allSkipped(book, base, round))',
          replacement: '[0]',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: "the base over [ 'P', '-', 'N', 'N' ] is null",
      },
      simulated: 'histories',
    },
    {
      clause: 'the block of the base again',
      without: 'waits where the proposal of another round describes it',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'const proposal = describing(chain, parent, book, precommitted.body.block)',
          replacement:
            'const proposal = book.proposals.get(base)?.find(({ body }) => body.block === precommitted.body.block)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: "the base over [ '-', 'N', 'N', 'PN' ] is 3",
      },
      simulated: 'histories',
    },
    {
      clause: 'links what justifies it: the newest skip',
      without: 'links none',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'skipped: round - 1 > base ? (book.skipped.get(round - 1)?.key ?? null) : null,',
          replacement: 'skipped: null,',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'on NC(h, r-1) proposes at once, as a free choice, linking the skip',
      },
      simulated: 'seeds',
    },
    {
      clause: 'links what justifies it: the precommitted certificate',
      without: 'links none',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'precommitted: base === -1 ? null : (book.precommitted.get(base)?.key ?? null),',
          replacement: 'precommitted: null,',
        },
      ],
      caught: {
        file: 'protocol/messagenode/reproposal.test.ts',
        test: 'with only PC(h, r-1) proposes the block again after its own round timer, from its first sight of the certificate',
      },
      simulated: 'seeds',
    },
    {
      clause: 'order of I/O: what it links is durable before it',
      without: 'lets it go before',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'const durable = [parent.certificate, justify.skipped, justify.precommitted].filter((key) => key !== null)',
          replacement: 'const durable = [parent.certificate].filter((key) => key === undefined)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/assemble.test.ts',
        test: 'a proposal of round 0 links the certificate of its parent, which is durable before it, and the other assemblers seen',
      },
      simulated: 'seeds',
    },
    {
      clause: 'in its slot',
      without: 'proposes without an open slot',
      patches: [
        {
          file: 'protocol/messagenode/assemble.ts',
          text: 'if (own.proposed.has(round) || slot === null) return',
          replacement: 'if (own.proposed.has(round)) return',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate waits until the one before has its key, so until it is durable',
      },
      simulated: 'histories',
    },
  ],
}
