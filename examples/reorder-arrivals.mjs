/**
 * Does the order in which messages arrived change what was decided? Audits an archive as it is, then again and again
 * with the arrivals shuffled (only each feed keeps its own order, as its hashes demand), and compares blocks and proofs.
 *
 *   node examples/reorder-arrivals.mjs feeds.bfa [shuffles] [application.mjs]
 *
 * Exit code 0: the same each time; 1: not.
 */
import { audit, memorySource } from 'blockfin'

import { openForAudit } from './archive-sources.mjs'

const [path, shuffles = '5', applicationFile] = process.argv.slice(2)
if (!path) throw new Error('usage: reorder-arrivals.mjs ARCHIVE [SHUFFLES] [APPLICATION]')

const { archive, sources, ...options } = await openForAudit(path, applicationFile)
const arrived = []
for (const source of sources) {
  const messages = []
  for await (const { key, value, receivedAt } of source.messages()) messages.push({ key, value, receivedAt })
  arrived.push({ name: source.name, messages })
}
await archive.close()

/** A number from 0 to 1 that follows from the one before: equal seeds give equal orders. */
const chance = (seed) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** The same messages, a feed drawn by chance each time. */
const shuffled = (messages, draw) => {
  const feeds = new Map()
  for (const message of messages) {
    const { author } = message.value
    feeds.set(author, [...(feeds.get(author) ?? []), message])
  }
  const queues = [...feeds.values()]
  const order = []
  while (queues.length > 0) {
    const place = Math.floor(draw() * queues.length)
    order.push({ ...queues[place].shift(), receivedAt: order.length })
    if (queues[place].length === 0) queues.splice(place, 1)
  }
  return order
}

/** What no order may change. Numbers such as late votes are counted in the order of arrival, and may. */
const outcomeOf = ({ replay, findings }) => ({
  height: replay.height,
  stateRoot: replay.stateRoot,
  proofs: findings
    .filter(({ grade }) => grade === 'proof')
    .map(({ code, culprits }) => `${code} by ${culprits.map(({ name }) => name).join(' and ')}`),
})

const auditOf = async (change) =>
  outcomeOf(
    await audit({
      ...options,
      sources: arrived.map(({ name, messages }) => memorySource(name, change(messages))),
    }),
  )

const first = JSON.stringify(await auditOf((messages) => messages))
console.log(`as received  ${first}`)
let isSame = true
for (let seed = 1; seed <= Number(shuffles); seed++) {
  const draw = chance(seed)
  const other = JSON.stringify(await auditOf((messages) => shuffled(messages, draw)))
  if (other === first) continue
  isSame = false
  console.log(`shuffle ${seed}  ${other}`)
}
console.log(isSame ? `the same in ${shuffles} other orders` : 'the order matters')
process.exitCode = isSame ? 0 : 1
