import { html, type Markup } from '../markup.js'

/** How the numbers came about, and what they do not say. */
export const methodSection = (): Markup =>
  html`<section id="method">
    <h2>Method</h2>
    <ul>
      <li>
        Every message of every source was hashed and its signature verified; the chain was executed again from
        its first block, by the code that nodes run. Only votes and certificates that verify are counted.
      </li>
      <li>
        <strong>Two kinds of clock.</strong> <em>Arrival</em> is the local time at which one source received
        each message: one clock, but it includes the way there, is under no signature in a log, and a source
        that caught up later received everything late. <em>Timestamps</em> are what authors wrote, each by its
        own clock: nobody checks them, and differences between members include the differences of their
        clocks. Nothing of either accuses anybody.
      </li>
      <li>
        <strong>Stages.</strong> A stage ends when the first certificate of any Messagenode, or the vote that
        makes a quorum, is there, whichever the stage names. Votes and certificates for the decided block are
        counted, of whatever round. Times below zero are left out and counted apart.
      </li>
      <li>
        <strong>Quantiles</strong> are by nearest rank, from buckets that are exact below 64 and at most 1/32
        too low above. Longest times are exact.
      </li>
      <li>
        <strong>Lag, lateness and waiting</strong> are counted in decided heights, by the order in which each
        source received messages: clocks play no part. Of several sources the middle one tells.
      </li>
      <li>
        <strong>Confidence.</strong> Intervals are Wilson’s at 95 %, each for its rate alone. The chance
        beside a rate is that of so many exclusions or more if each happened with the expected rate,
        independently of the others. Exclusions on one link are not independent: delays come in stretches. A
        finding needs far more (see docs/auditing.md).
      </li>
      <li>
        <strong>What is not here.</strong> Messages that no source received; whether a member was silent, slow
        or cut off; anything about the time before the sources’ feeds begin.
      </li>
    </ul>
  </section>`
