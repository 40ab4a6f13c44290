import type { Chapter } from '../mutant.js'

export const OFFERS: Chapter = {
  title: 'Offers (section 4)',
  mutants: [
    {
      clause: 'a validator offers every certificate it accepts, at once',
      without: 'offers none',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '    offer(state, observed.message, messagenodesOf(state.chain), turn)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/offers.test.ts',
        test: 'an accepted certificate precommitted is offered at once to those that did not show it',
      },
      simulated: 'histories',
    },
    {
      clause: 'to each Messagenode',
      without: 'to the first one only',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'offer(state, observed.message, messagenodesOf(state.chain), turn)',
          replacement: 'offer(state, observed.message, messagenodesOf(state.chain).slice(0, 1), turn)',
        },
      ],
      caught: {
        file: 'protocol/validator/offers.test.ts',
        test: 'an accepted certificate precommitted is offered at once to those that did not show it',
      },
      simulated: 'histories',
    },
    {
      clause: 'that has not shown it',
      without: 'to all',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: 'const missing = to.filter((id) => !shown?.has(id))',
          replacement: 'const missing = to.filter((id) => id !== undefined || shown?.has(id))',
        },
      ],
      caught: {
        file: 'protocol/validator/offers.test.ts',
        test: 'an accepted certificate precommitted is offered at once to those that did not show it',
      },
      simulated: 'histories',
    },
    {
      clause: 'again to a Messagenode that connects',
      without: 'does not',
      patches: [
        {
          file: 'protocol/validator/step.ts',
          text: '      offerAll(state, event.peer, turn)\n',
          replacement: '',
        },
      ],
      caught: {
        file: 'protocol/validator/offers.test.ts',
        test: 'on a new connection offers what was accepted before it started',
      },
      simulated: 'histories',
    },
    {
      clause: 'every certificate it accepts',
      without: 'offers what does not hold',
      patches: [
        {
          file: 'protocol/view.ts',
          text: "if (verdict.verdict !== 'accept') return refused(turn, message, verdict)",
          replacement:
            "if (verdict.verdict !== 'accept' && body.signers.length === 0) return refused(turn, message, verdict)",
        },
      ],
      caught: {
        file: 'protocol/validator/offers.test.ts',
        test: 'an accepted certificate is not offered when it does not hold',
      },
      simulated: 'seeds',
    },
    {
      clause: 'the Messagenode fetches, verifies and republishes',
      without: 'takes nothing that is fetched',
      patches: [
        {
          file: 'protocol/messagenode/step.ts',
          text: "    case 'fetched':\n      for (const message of withinHorizon(event.messages, horizonOf(state))) takeMessage(state, message, turn)\n",
          replacement: "    case 'fetched':\n      withinHorizon(event.messages, horizonOf(state))\n",
        },
      ],
      caught: {
        file: 'protocol/messagenode/certify.test.ts',
        test: 'what cannot be served is not certified fetches the proposal that the votes link, then its content, and then publishes',
      },
      simulated: 'histories',
    },
  ],
}
