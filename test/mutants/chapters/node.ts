import type { Chapter } from '../mutant.js'

export const NODE: Chapter = {
  title: 'Order of I/O and start-up, in the node',
  mutants: [
    {
      clause: 'check the sign guard',
      without: 'signs other bytes for a slot',
      patches: [
        {
          file: 'node/sign-guard.ts',
          text: "        throw this.#conflict(slot, before.bytes, bytes)\n      case 'same'",
          replacement: "        return this.#append(slot, bytes, append)\n      case 'same'",
        },
      ],
      caught: {
        file: 'node/sign-guard.test.ts',
        test: 'the sign guard refuses another value, says both, and signs nothing any more',
      },
      simulated: 'outside',
    },
    {
      clause: 'check the sign guard, across restarts',
      without: 'does not remember own feeds',
      patches: [
        {
          file: 'node/sign-guard.ts',
          text: "if (!this.#own.has(author) || body.type === 'junk') return\n",
          replacement: "if (!this.#own.has(author) || body.type !== 'junk') return\n",
        },
      ],
      caught: {
        file: 'node/sign-guard.test.ts',
        test: 'the sign guard finds in its own feed that its key has signed two things already',
      },
      simulated: 'outside',
    },
    {
      clause: 'never signs before own tips are known',
      without: 'signs at once',
      patches: [
        {
          file: 'node/sign-guard.ts',
          text: 'if (this.forbidden !== null) {',
          replacement: 'if (this.#forbidden !== null) {',
        },
      ],
      caught: {
        file: 'node/sign-guard.test.ts',
        test: 'the sign guard signs nothing before own feeds are known to be complete',
      },
      simulated: 'outside',
    },
    {
      clause: 'make every certificate it links durable: votes',
      without: 'does not hand on what must be durable',
      patches: [
        {
          file: 'node/sign-guard.ts',
          text: '{ durable, isPatient: true }',
          replacement: '{ isPatient: true }',
        },
      ],
      caught: {
        file: 'node/sign-guard.test.ts',
        test: 'the sign guard hands on what must be durable before a vote, and before anything else it says',
      },
      simulated: 'outside',
    },
    {
      clause: 'make every certificate it links durable: proposals',
      without: 'does not hand on what must be durable',
      patches: [
        {
          file: 'node/sign-guard.ts',
          text: "{ durable, isPatient: body.type !== 'transaction' }",
          replacement: "{ isPatient: body.type !== 'transaction' }",
        },
      ],
      caught: {
        file: 'node/sign-guard.test.ts',
        test: 'the sign guard hands on what must be durable before a vote, and before anything else it says',
      },
      simulated: 'outside',
    },
    {
      clause: 'make every certificate it links durable',
      without: 'drops what the core wants durable',
      patches: [
        {
          file: 'node/publisher.ts',
          text: 'await guard.vote(identity, draft, voteBytes, durable)',
          replacement: 'await guard.vote(identity, draft, voteBytes, [])',
        },
      ],
      caught: {
        file: 'node/publisher.test.ts',
        test: 'publishing has a vote signed with the key of its role, into the feed of that role',
      },
      simulated: 'outside',
    },
    {
      clause: 'make every certificate it links durable',
      without: 'writes the own message only',
      patches: [
        {
          file: '../plugins/durable-publish/publisher.ts',
          text: 'return needed.filter((message) => message !== null)',
          replacement: 'return needed.filter((message) => message === undefined)',
        },
      ],
      caught: {
        file: 'plugins/durable-publish/publisher.test.ts',
        test: 'the publisher writes messages of others that are not on disk before the one that needs them, each once',
      },
      simulated: 'outside',
    },
    {
      clause: 'append, make durable, only then let it replicate',
      without: 'adds it before it is on disk',
      patches: [
        {
          file: '../plugins/durable-publish/publisher.ts',
          text: '    try {\n      await this.context.write(recordsOf(signed))\n',
          replacement:
            '    for (const { message } of signed) this.context.add(message)\n    try {\n      await this.context.write(recordsOf(signed))\n',
        },
      ],
      caught: {
        file: 'plugins/durable-publish/publisher.test.ts',
        test: 'the publisher adds only what is on disk, and shares one write among all that waited',
      },
      simulated: 'outside',
    },
    {
      clause: 'timestamp = max(clock, last + 1) (section 2)',
      without: 'the clock alone',
      patches: [
        {
          file: '../plugins/durable-publish/publisher.ts',
          text: 'Math.max(this.context.nowMs(), (previous?.timestamp ?? 0) + 1)',
          replacement: 'this.context.nowMs()',
        },
      ],
      caught: {
        file: 'plugins/durable-publish/publisher.test.ts',
        test: 'the publisher writes timestamps that only grow, whatever the clock does',
      },
      simulated: 'outside',
    },
    {
      clause: 'tips of its own feeds from f_m+1 Messagenodes',
      without: 'from one',
      patches: [
        {
          file: 'node/recover.ts',
          text: 'if (heard.size >= ports.needed) {',
          replacement: 'if (heard.size >= Math.min(1, ports.needed)) {',
        },
      ],
      caught: {
        file: 'node/recover.test.ts',
        test: 'recovering own feeds hears as many Messagenodes as are needed, and no fewer',
      },
      simulated: 'outside',
    },
    {
      clause: 'from f_m+1 Messagenodes',
      without: 'from f_m',
      patches: [
        {
          file: 'node/recover.ts',
          text: 'Math.min(faultyMessagenodes + 1, others)',
          replacement: 'Math.min(faultyMessagenodes, others)',
        },
      ],
      caught: {
        file: 'node/recover.test.ts',
        test: 'recovering own feeds with f_m = 0, and 1 other Messagenodes, needs 1',
      },
      simulated: 'outside',
    },
    {
      clause: '(all others if fewer)',
      without: 'f_m+1, however few there are',
      patches: [
        {
          file: 'node/recover.ts',
          text: 'Math.min(faultyMessagenodes + 1, others)',
          replacement: 'faultyMessagenodes + 1',
        },
      ],
      caught: {
        file: 'node/recover.test.ts',
        test: 'recovering own feeds with f_m = 1, and 1 other Messagenodes, needs 1',
      },
      simulated: 'outside',
    },
    {
      clause: 'fetches what disk lacks',
      without: 'does not fetch it',
      patches: [{ file: 'node/recover.ts', text: '    await ports.fetch(peer, tip)\n', replacement: '' }],
      caught: {
        file: 'node/recover.test.ts',
        test: 'recovering own feeds fetches what the disk lacks, from whoever holds more',
      },
      simulated: 'outside',
    },
    {
      clause: 'fetches what disk lacks',
      without: 'counts a peer that did not give all it claims',
      patches: [
        {
          file: 'node/recover.ts',
          text: '    if (ports.ownTip(tip.feed).sequence >= tip.sequence) return\n',
          replacement: '    if (ports.ownTip(tip.feed).sequence >= 0) return\n',
        },
      ],
      caught: {
        file: 'node/recover.test.ts',
        test: 'recovering own feeds has not heard a peer that gives less than it says it holds, and asks again',
      },
      simulated: 'outside',
    },
    {
      clause: 'another branch of an own feed: never signs again',
      without: 'goes on',
      patches: [
        {
          file: 'node/recover.ts',
          text: '  throw forked(tip.feed, tip.sequence, peer)\n}\n',
          replacement: '}\n',
        },
      ],
      caught: {
        file: 'node/recover.test.ts',
        test: 'another branch of an own feed is a fork where the peer shows a message of it: this node must never sign again',
      },
      simulated: 'outside',
    },
    {
      clause: 'while reading a backlog',
      without: 'judges each message as it arrives',
      patches: [
        {
          file: 'node/driver.ts',
          text: 'this.#flushing ??= setImmediate(() => this.flush())',
          replacement: 'this.flush()',
        },
      ],
      caught: {
        file: 'node/driver.test.ts',
        test: 'what a driver hands to its core is one event for all that arrives in one turn of the event loop',
      },
      simulated: 'outside',
    },
    {
      clause: 'on timeout',
      without: 'lets the timer overtake what arrived before',
      patches: [
        {
          file: 'node/driver.ts',
          text: '      // What arrived before the timer ran out counts before it.\n      this.flush()\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'node/driver.test.ts',
        test: 'timers let what arrived before count before, though its turn of the event loop is not over',
      },
      simulated: 'outside',
    },
    {
      clause: 'offer: the Messagenode fetches',
      without: 'does not fetch',
      patches: [
        {
          file: 'node/offers.ts',
          text: "this.deliver(await link.ask(peer, { kind: 'message', key, from: [peer] }))",
          replacement: 'this.deliver([])',
        },
      ],
      caught: {
        file: 'node/offers.test.ts',
        test: 'an offer is fetched from the peer that made it, after replication had a moment',
      },
      simulated: 'outside',
    },
    {
      clause: 'replicates all validator and Messagenode feeds',
      without: 'a Messagenode without the lanes',
      patches: [
        {
          file: '../plugins/feed-requests/wanted-feeds.ts',
          text: 'messagenode: () => true,',
          replacement: "messagenode: ({ role }) => role !== 'transaction-validator',",
        },
      ],
      caught: {
        file: 'plugins/feed-requests/wanted-feeds.test.ts',
        test: 'what is requested of whom ["messagenode",0] requests of ["validator",0]: ["main","transaction-validator","precommitter","committer","sealer"]',
      },
      simulated: 'outside',
    },
    {
      clause: 'validators hold every lane, to serve it',
      without: 'a validator without them',
      patches: [
        {
          file: '../plugins/feed-requests/wanted-feeds.ts',
          text: "role === 'main' || role === 'transaction-validator' || member.kind === 'messagenode',",
          replacement: "role === 'main' || member.kind === 'messagenode',",
        },
      ],
      caught: {
        file: 'plugins/feed-requests/wanted-feeds.test.ts',
        test: 'what is requested of whom ["validator",0] requests of ["validator",1]: ["main","transaction-validator"]',
      },
      simulated: 'outside',
    },
    {
      clause: 'and every Messagenode feed',
      without: 'a validator without them',
      patches: [
        {
          file: '../plugins/feed-requests/wanted-feeds.ts',
          text: "role === 'main' || role === 'transaction-validator' || member.kind === 'messagenode',",
          replacement: "role === 'main' || role === 'transaction-validator',",
        },
      ],
      caught: {
        file: 'plugins/feed-requests/wanted-feeds.test.ts',
        test: 'what is requested of whom ["validator",0] requests of ["messagenode",0]: ["main","empty-block-producer","block-assembler","precommit-counter","commit-counter","seal-counter"]',
      },
      simulated: 'outside',
    },
  ],
}
