// Keeps the import direction of the source (docs/architecture.md): a folder may use only folders that stand above
// it in the table, and of those only the ones named. So there are no circles between folders, and the pure core
// cannot come to depend on what surrounds it. Prints one line for each violation, and then exits with 1.
//
//   node scripts/check-imports.mjs [root of the project]
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import typescript from 'typescript'

const core = ['util', 'feeds', 'roles', 'protocol']
const served = [...core, 'api', 'chain-store', 'http']
const services = [...served, 'ledger', 'validator', 'messagenode', 'client']

/** Each folder with what it may import. Validator and Messagenode never name each other: they meet through feeds. */
const ALLOWED = new Map([
  ['util', []],
  // Bytes and rules of another chain: they know nothing of this network.
  ['ocean', ['util']],
  ['feeds', ['util']],
  ['roles', ['util', 'feeds']],
  ['protocol', ['util', 'feeds', 'roles']],
  ['archive', ['util', 'feeds', 'roles']],
  ['ledger', core],
  ['api', core],
  ['chain-store', [...core, 'api']],
  ['http', [...core, 'api', 'chain-store']],
  ['validator', served],
  ['messagenode', served],
  ['client', [...core, 'api', 'ledger']],
  // Reads feeds wherever they stand: sources are brought to it.
  ['audit', core],
  ['replay', [...core, 'audit']],
  // A page and tables out of what an audit found.
  ['report', ['util', 'feeds', 'audit']],
  ['plugins', ['util', 'feeds', 'roles']],
  // What the feeds of a set of Ocean nodes carry, and what is made of it.
  ['ocean-relay', ['util', 'feeds', 'roles', 'ocean']],
  ['node', [...services, 'archive', 'audit', 'plugins', 'ocean', 'ocean-relay']],
  ['cli', [...services, 'ocean', 'ocean-relay', 'archive', 'audit', 'replay', 'report', 'plugins', 'node']],
  // What `import 'blockfin'` gives to programs of others.
  ['index.ts', [...core, 'archive', 'api', 'ledger', 'client', 'ocean', 'audit', 'replay', 'report', 'node']],
])

const oceanRules = ['codec', 'script', 'keys', 'interpreter']

/** The same within `ocean`: bytes, then rules, then keys and coins, then the node around them. */
const ALLOWED_IN_OCEAN = new Map([
  ['codec', []],
  ['script', ['codec']],
  ['keys', ['codec', 'script']],
  ['interpreter', ['codec', 'script', 'keys']],
  ['chain', oceanRules],
  ['signing', oceanRules],
  ['wallet', [...oceanRules, 'chain', 'signing']],
  ['json', ['codec']],
  ['conf', []],
  ['rpc', ['codec', 'json']],
  ['client', ['json']],
  ['node', [...oceanRules, 'chain', 'signing', 'wallet', 'json', 'conf', 'rpc']],
])

for (const table of [ALLOWED, ALLOWED_IN_OCEAN]) {
  const foldersAbove = new Set()
  for (const [folder, allowed] of table) {
    const early = allowed.find((name) => !foldersAbove.has(name))
    if (early) throw new Error(`the table lists ${folder} above ${early}, which it may import: a circle`)
    foldersAbove.add(folder)
  }
}

/** `src/node/link.ts` is of `node`, `plugins/exchange/page.ts` of `plugins`, and `src/index.ts` of itself. */
const folderOf = (path) => {
  const [top, folder] = path.split(sep)
  if (top === 'plugins') return 'plugins'
  return top === 'src' ? folder : undefined
}

const sourcesIn = (root, folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()

/** What a file imports by a relative path, whether for types, for values, later or to pass it on. */
const importsOf = (root, path) =>
  typescript
    .preProcessFile(readFileSync(join(root, path), 'utf8'))
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))

/** The folder within `ocean`, for a file of it. */
const oceanFolderOf = (path) => path.split(sep)[2]

const faultIn = (table, from, to, target) => {
  const allowed = table.get(from)
  if (!allowed) return `the folder ${from} has no place in the table of scripts/check-imports.mjs`
  if (to === undefined) return `${target} is no part of the source`
  if (to === from || allowed.includes(to)) return undefined
  return `${from} must not import ${to}`
}

const faultOf = (path, target) => {
  const [from, to] = [folderOf(path), folderOf(target)]
  if (from !== 'ocean' || to !== 'ocean') return faultIn(ALLOWED, from, to, target)
  return faultIn(ALLOWED_IN_OCEAN, oceanFolderOf(path), oceanFolderOf(target), target)
}

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
const faults = ['src', 'plugins'].flatMap((top) =>
  sourcesIn(root, top).flatMap((path) =>
    importsOf(root, path).flatMap((name) => {
      const target = relative(root, resolve(root, dirname(path), name))
      const fault = faultOf(path, target)
      return fault ? [`${path}: imports ${name}: ${fault}`] : []
    }),
  ),
)
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
