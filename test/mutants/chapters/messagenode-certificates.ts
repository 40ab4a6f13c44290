import type { Chapter } from '../mutant.js'

export const MESSAGENODE_CERTIFICATES: Chapter = {
  title: 'Messagenode: certificates',
  mutants: [
    {
      clause: 'verifies sig',
      without: 'counts votes whose signature is of something else',
      patches: [
        {
          file: 'protocol/messagenode/count.ts',
          text: 'if (!isVoteSigned(message, chain.context.network, chain.registry, chain.context.verify)) {',
          replacement: 'if (!isVoteSigned(message, chain.context.network, chain.registry, () => true)) {',
        },
      ],
      caught: {
        file: 'protocol/messagenode/counting.test.ts',
        test: 'a vote that breaks a rule is refused bad-signature: the same vote of another validator',
      },
      simulated: 'seeds',
    },
    {
      clause: 'counts per (stage, h, r, x): one vote of each validator',
      without: 'counts a second answer',
      patches: [
        {
          file: 'protocol/messagenode/tally.ts',
          text: '  if (answers.has(index)) return\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/counting.test.ts',
        test: 'a double vote counts for its first value alone',
      },
      simulated: 'histories',
    },
    {
      clause: 'counts per (stage, h, r, x): the value',
      without: 'counts votes for different results together',
      patches: [
        {
          file: 'protocol/messagenode/tally.ts',
          text: "const name = [questionOf(vote), block, xRoot, stateRoot].join(' ')",
          replacement: "const name = [questionOf(vote), block].join(' ')",
        },
      ],
      caught: {
        file: 'protocol/messagenode/counting.test.ts',
        test: 'votes that differ in the value do not add up',
      },
      simulated: 'histories',
    },
    {
      clause: 'counts per (stage, h, r, x): the round',
      without: 'counts votes of all rounds together',
      patches: [
        {
          file: 'protocol/messagenode/tally.ts',
          text: 'const questionOf = (vote: Vote): string => `${stageOf(vote.body)} ${voteRound(vote)}`',
          replacement:
            'const questionOf = (vote: Vote): string => `${stageOf(vote.body)} ${voteRound(vote) >= 0}`',
        },
      ],
      caught: {
        file: 'protocol/messagenode/counting.test.ts',
        test: 'votes that differ in the round do not add up',
      },
      simulated: 'seeds',
    },
    {
      clause: 'a quorum of q = floor(2n/3) + 1',
      without: 'certifies one signature earlier',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '(pile) => pile.votes.size >= state.chain.electorate.quorum,',
          replacement: '(pile) => pile.votes.size >= state.chain.electorate.quorum - 1,',
        },
      ],
      caught: {
        file: 'protocol/messagenode/counting.test.ts',
        test: 'PC 1/0 takes a quorum of equal votes, and no less',
      },
      simulated: 'seeds',
    },
    {
      clause: 'a quorum of q = floor(2n/3) + 1',
      without: 'q = ceil(2n/3)',
      patches: [
        {
          file: 'roles/quorum.ts',
          text: 'Math.floor((2 * validators) / 3) + 1',
          replacement: 'Math.ceil((2 * validators) / 3)',
        },
      ],
      caught: {
        file: 'roles/quorum.test.ts',
        test: 'thresholds 3 validators tolerate 0 and take 3 signatures',
      },
      simulated: 'histories',
    },
    {
      clause: 'at most one certificate per (stage, h, r): precommitted, committed, sealed',
      without: 'publishes each twice',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: "  turn.effects.push({ kind: 'publish', role: ROLE_OF[draft.type], draft, voteBytes: null, durable: [] })\n",
          replacement:
            "  for (const _ of [1, 2]) turn.effects.push({ kind: 'publish', role: ROLE_OF[draft.type], draft, voteBytes: null, durable: [] })\n",
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'a learned certificate does not come after an own count',
      },
      simulated: 'seeds',
    },
    {
      clause: 'at most one certificate per (stage, h, r): skips',
      without: 'publishes each twice',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: "  turn.effects.push({ kind: 'publish', role: 'precommit-counter', draft, voteBytes: null, durable: [] })\n",
          replacement:
            "  for (const _ of [1, 2]) turn.effects.push({ kind: 'publish', role: 'precommit-counter', draft, voteBytes: null, durable: [] })\n",
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate of round 0 stands on nothing',
      },
      simulated: 'seeds',
    },
    {
      clause: 'at most one certificate, across restarts',
      without: 'does not remember own certificates that it reads',
      patches: [
        {
          file: 'protocol/messagenode/step.ts',
          text: '  if (isCertificate(message)) own.certified.set(certificateName(message.body), message.key)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/window.test.ts',
        test: 'a replay repeats neither proposals nor certificates of its own feeds',
      },
      simulated: 'seeds',
    },
    {
      clause: 'the first valid one it learned: precommitted',
      without: 'publishes its own count only',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '  for (const { body } of book.precommitted.values()) offerOwn(state, book, body, turn)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'a learned certificate is published again with its own signers',
      },
      simulated: 'comparison',
    },
    {
      clause: 'the first valid one it learned: committed, sealed',
      without: 'publishes its own count only',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: 'const body = learned?.body ?? (pile && fromPile(state, book.height, pile))',
          replacement: 'const body = pile && fromPile(state, book.height, pile)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'a decided height gets committed and sealed certificates only',
      },
      simulated: 'comparison',
    },
    {
      clause: 'the first valid one it learned: skips',
      without: 'publishes its own count only',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: 'const learned = [...book.skipped.values()].map(({ body }) => body)',
          replacement: 'const learned: SkipCertificateBody[] = []',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate learned, waits for the own certificate of the round before',
      },
      simulated: 'comparison',
    },
    {
      clause: 'the first valid one',
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
        file: 'protocol/messagenode/certify.test.ts',
        test: 'a learned certificate is refused as below-quorum',
      },
      simulated: 'seeds',
    },
    {
      clause: 'its own count',
      without: 'publishes learned skip certificates only',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '    .map((pile) => skipFromPile(state, book.height, pile))',
          replacement: '    .map((pile) => skipFromPile(state, book.height, pile))\n    .slice(0, 0)',
        },
      ],
      caught: {
        file: 'protocol/messagenode/counting.test.ts',
        test: 'NC 1/0 names its signers ascending, exactly a quorum of them, lowest first',
      },
      simulated: 'seeds',
    },
    {
      clause: 'fetching links of votes by key',
      without: 'asks for none',
      patches: [
        {
          file: 'protocol/messagenode/count.ts',
          text: '  if (key === null || isFounded(state, book, vote)) return\n',
          replacement: '  if (key === null || book.height >= 0) return\n',
        },
      ],
      caught: {
        file: 'protocol/messagenode/vote-links.test.ts',
        test: 'the certificate that a vote links is fetched for a commit, from whoever signed it',
      },
      simulated: 'comparison',
    },
    {
      clause: 'votes of r > 0 link a certificate',
      without: 'counts those that link none',
      patches: [
        {
          file: 'protocol/messagenode/count.ts',
          text: "if (body.type === 'precommit' && (body.entry === null) !== (body.round === 0)) {",
          replacement: "if (body.type === 'precommit' && body.entry !== null && body.round === 0) {",
        },
      ],
      caught: {
        file: 'protocol/messagenode/counting.test.ts',
        test: 'a vote that breaks a rule is refused wrong-entry: a vote of a later round that links nothing',
      },
      simulated: 'comparison',
    },
    {
      clause: 'certifies only what it can serve: the assembled message',
      without: 'does not fetch it from the voters',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: "    for (const key of linksTo(state, book, body)) ask(wanted, { kind: 'message', key, from }, height, turn)\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'what cannot be served is not certified fetches the proposal that the votes link, then its content, and then publishes',
      },
      simulated: 'histories',
    },
    {
      clause: 'certifies only what it can serve: the content',
      without: 'does not fetch it from the voters',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: "  if (resolved.kind === 'missing') for (const want of resolved.wants) ask(wanted, want, height, turn)\n",
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'what cannot be served is not certified fetches the proposal that the votes link, then its content, and then publishes',
      },
      simulated: 'histories',
    },
    {
      clause: 'certifies only what it can serve: the content',
      without: 'certifies before it has it',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: "return resolved.kind === 'held' ? proposal.key : undefined",
          replacement: 'return proposal.key',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'what cannot be served is not certified fetches the proposal that the votes link, then its content, and then publishes',
      },
      simulated: 'histories',
    },
    {
      clause: 'certifies only what it can serve: on a parent that is executed',
      without: 'certifies on top of what it lacks',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '  if (height !== chain.executed.height + 1) return undefined\n',
          replacement: '  if (height !== chain.executed.height + 1) return body.assembled\n',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'what cannot be served is not certified holds for blocks on top of one that is not executed here',
      },
      simulated: 'histories',
    },
    {
      clause: "a skip certificate of r > 0 only after the publisher's own NC(h,r-1) or PC(h,r-1)",
      without: 'after nothing',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: 'const isFounded = round === 0 || before !== undefined || certified.has(`precommit ${round - 1}`)',
          replacement: 'const isFounded = round >= 0',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate learned, waits for the own certificate of the round before',
      },
      simulated: 'histories',
    },
    {
      clause: '... or PC(h,r-1)',
      without: 'after its own NC only',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: ' || certified.has(`precommit ${round - 1}`)',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate may stand on the own precommitted certificate alone, and then links nothing',
      },
      simulated: 'seeds',
    },
    {
      clause: '... and the NC below it is fetched',
      without: 'waits without asking',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '    if (want) ask(state.wanted, want, book.height, turn)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate asks for the learned one before it by its link',
      },
      simulated: 'histories',
    },
    {
      clause: 'its prev is that NC',
      without: 'links none',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '{ ...body, previous: before ?? null }',
          replacement: '{ ...body, previous: null }',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate of a later round links the own one before it, not the one that was learned',
      },
      simulated: 'seeds',
    },
    {
      clause: "republished with the republisher's own prev",
      without: 'with the prev of the one it learned',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '{ ...body, previous: before ?? null }',
          replacement: '{ ...body, previous: body.previous ?? before ?? null }',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate of a later round links the own one before it, not the one that was learned',
      },
      simulated: 'histories',
    },
    {
      clause: 'its prev is that NC: once that is durable',
      without: 'does not wait for its key',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '  if (isPending) return\n',
          replacement: '  if (isPending && round < 0) return\n',
        },
      ],
      caught: {
        file: 'protocol/messagenode/skips.test.ts',
        test: 'a skip certificate waits until the one before has its key, so until it is durable',
      },
      simulated: 'histories',
    },
    {
      clause: 'for a decided height only committed and sealed certificates',
      without: 'precommitted and skips too',
      patches: [
        {
          file: 'protocol/messagenode/certify.ts',
          text: '    if (height > state.chain.decided.height) {\n',
          replacement: '    if (height > 0) {\n',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'a decided height gets no precommitted certificate that waited for its block until the height was decided',
      },
      simulated: 'histories',
    },
    {
      clause: 'the state root of SC is compared with the one computed here',
      without: 'goes on',
      patches: [
        { file: 'protocol/messagenode/step.ts', text: '  compareSeals(state, turn)\n', replacement: '' },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'a decided height halts a Messagenode that computed another state than a quorum sealed',
      },
      simulated: 'histories',
    },
    {
      clause: 'halts where its own execution differs from what is decided',
      without: 'goes on',
      patches: [
        {
          file: 'protocol/messagenode/step.ts',
          text: '  if (diverged) state.halted = true\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'a decided height halts a Messagenode that computed other results than a quorum committed',
      },
      simulated: 'histories',
    },
  ],
}
