// Installs the dependencies and builds, each only when missing or out of date, so that `npm start` and
// `npm test` work on a fresh clone. Speaks on standard error: standard output belongs to the command.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const modifiedMs = (path) => (existsSync(path) ? statSync(path).mtimeMs : -1)

const newestMs = (folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => modifiedMs(`${entry.parentPath}/${entry.name}`)),
  )

const run = (what, command, args) => {
  console.error(`blockfin: ${what} ...`)
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] })
  if (status === 0) return
  console.error(`blockfin: ${what} failed${error ? `: ${error.message}` : ''}`)
  process.exit(1)
}

const installed = 'node_modules/.package-lock.json'
if (modifiedMs(installed) < modifiedMs('package-lock.json')) run('installing dependencies', 'npm', ['ci'])

const built = 'dist/.built'
const sources = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map(modifiedMs)
if (modifiedMs(built) < Math.max(newestMs('src'), newestMs('plugins'), ...sources)) {
  rmSync('dist', { recursive: true, force: true })
  run('building', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
  writeFileSync(built, '')
}
