/**
 * Known answers for fairFill (protocol section 3), made by a second, naive implementation: lanes are queues, and a
 * rotation of those still open is walked until none is left.
 */

interface Message {
  readonly transactions: number
  readonly size: number
}

interface Case {
  readonly name: string
  readonly height: number
  readonly caps: { readonly transactions: number; readonly bytes: number }
  /** By lane: what the parent took already, and what the assembler holds after it. */
  readonly parent: readonly number[]
  readonly lanes: readonly (readonly Message[])[]
  /** Lanes nothing may be taken from. */
  readonly closed: readonly number[]
}

const fill = ({ height, caps, parent, lanes, closed }: Case) => {
  const queues = lanes.map((messages) => [...messages])
  const cut = [...parent]
  let [txCount, bytes, full] = [0, 0, false]
  const start = height % lanes.length
  const order = lanes.map((_, index) => (start + index) % lanes.length)
  let rotation = order.filter((lane) => !closed.includes(lane))
  while (rotation.length > 0) {
    const stillOpen: number[] = []
    for (const lane of rotation) {
      const next = queues[lane]?.shift()
      if (next === undefined) continue
      const fits = txCount + next.transactions <= caps.transactions && bytes + next.size <= caps.bytes
      if (!fits) {
        full = true
        continue
      }
      txCount += next.transactions
      bytes += next.size
      cut[lane] = (cut[lane] ?? 0) + 1
      stillOpen.push(lane)
    }
    rotation = stillOpen
  }
  return { cut, txCount, bytes, full, proposable: txCount > 0 || (full && bytes > 0) }
}

const message = (transactions: number, size = 1000): Message => ({ transactions, size })
const messages = (count: number, transactions = 1, size = 1000): Message[] =>
  Array.from({ length: count }, () => message(transactions, size))
const junk = (size = 1000): Message => message(0, size)

const ROOMY = { transactions: 256, bytes: 65_536 }

const cases: readonly Case[] = [
  {
    name: 'takes everything when it fits',
    height: 1,
    caps: ROOMY,
    parent: [0, 0, 0, 0],
    lanes: [messages(3), messages(1, 64), [], messages(2, 5)],
    closed: [],
  },
  {
    name: 'takes nothing from empty lanes',
    height: 1,
    caps: ROOMY,
    parent: [7, 0, 3],
    lanes: [[], [], []],
    closed: [],
  },
  ...[0, 1, 2, 3, 6].map((height) => ({
    name: `begins at lane ${height} mod 3 at height ${height}`,
    height,
    caps: { transactions: 64, bytes: 2500 },
    parent: [10, 20, 30],
    lanes: [messages(3), messages(3), messages(3)],
    closed: [],
  })),
  {
    name: 'gives every lane its turn before any lane has a second',
    height: 4,
    caps: { transactions: 64, bytes: 5000 },
    parent: [0, 0, 0, 0],
    lanes: [messages(9), messages(9), messages(1), messages(9)],
    closed: [],
  },
  {
    name: 'fills both caps to the last unit',
    height: 0,
    caps: { transactions: 64, bytes: 3000 },
    parent: [0, 0],
    lanes: [[message(60), message(3)], [message(1)]],
    closed: [],
  },
  {
    name: 'closes a lane whose next message exceeds the cap of transactions, and goes on with the others',
    height: 0,
    caps: { transactions: 64, bytes: 65_536 },
    parent: [0, 0, 0],
    lanes: [[message(40), message(25), message(1)], [message(20), message(4)], []],
    closed: [],
  },
  {
    name: 'closes a lane whose next message exceeds the cap of bytes, and goes on with the others',
    height: 0,
    caps: { transactions: 64, bytes: 8192 },
    parent: [0, 0],
    lanes: [
      [message(1, 8000), message(1, 100)],
      [message(1, 193), message(1, 192)],
    ],
    closed: [],
  },
  {
    name: 'never takes a part of a message, nor leaves one out to take the next',
    height: 0,
    caps: { transactions: 64, bytes: 65_536 },
    parent: [0],
    lanes: [[message(63), message(2), message(1)]],
    closed: [],
  },
  {
    name: 'takes a message that does not parse as one without transactions',
    height: 0,
    caps: ROOMY,
    parent: [0, 0],
    lanes: [[junk(), message(2), junk()], [junk()]],
    closed: [],
  },
  {
    name: 'proposes no block of junk alone',
    height: 0,
    caps: ROOMY,
    parent: [4, 0],
    lanes: [[junk(), junk()], []],
    closed: [],
  },
  {
    name: 'proposes a block without a transaction once junk fills the cap before the first one',
    height: 0,
    caps: { transactions: 64, bytes: 8192 },
    parent: [0, 0],
    lanes: [[junk(8000), junk(8000), message(1)], []],
    closed: [],
  },
  {
    name: 'takes nothing from closed lanes, not even the one it begins at',
    height: 2,
    caps: ROOMY,
    parent: [0, 5, 9],
    lanes: [messages(2), messages(2), messages(2)],
    closed: [2],
  },
  {
    name: 'takes nothing when all lanes are closed',
    height: 2,
    caps: ROOMY,
    parent: [0, 5],
    lanes: [messages(2), messages(2)],
    closed: [0, 1],
  },
  {
    name: 'begins at lane h mod n also far up the chain',
    height: Number.MAX_SAFE_INTEGER,
    caps: { transactions: 64, bytes: 1000 },
    parent: [4_294_967_290, 1, 2, 3],
    lanes: [messages(5), messages(1), messages(1), messages(1)],
    closed: [],
  },
]

export const fairFills = () => ({
  note:
    'Each lane lists the messages after the parent cut, as [transactions, size]; `closed` names lanes nothing may be ' +
    'taken from. `cut` is the last sequence taken, by lane; `full` tells that a lane was closed for a cap.',
  cases: cases.map((given) => ({
    ...given,
    lanes: given.lanes.map((lane) => lane.map(({ transactions, size }) => [transactions, size])),
    expected: fill(given),
  })),
})
