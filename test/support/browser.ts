import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from './temporary.js'

/** A real browser without a screen and without a network. */

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome']

/** The command that starts it; undefined where there is none. */
export const browserCommand = (): string | undefined =>
  COMMANDS.find((command) => spawnSync(command, ['--version'], { timeout: 30_000 }).status === 0)

export interface Shown {
  /** The document after its scripts ran. */
  readonly dom: string
  /** What the page and the browser wrote on the page's console. */
  readonly console: readonly string[]
}

const OFFLINE = ['--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=127.0.0.1:9']

/** Opens a page from a file. */
export const showPage = async (command: string, page: string): Promise<Shown> => {
  const { out, err } = await browse(command, page, ['--dump-dom'])
  return { dom: out, console: err.split('\n').filter((line) => line.includes('CONSOLE')) }
}

/** A picture of the top of a page, as PNG. */
export const photographPage = async (
  command: string,
  page: string,
  picture: string,
  { width, height }: { readonly width: number; readonly height: number },
  dark = false,
): Promise<void> => {
  const options = [`--screenshot=${picture}`, `--window-size=${width},${height}`, '--hide-scrollbars']
  await browse(command, page, dark ? [...options, '--force-dark-mode'] : options)
}

const browse = async (
  command: string,
  page: string,
  options: readonly string[],
): Promise<{ readonly out: string; readonly err: string }> => {
  const directory = await temporaryDirectory()
  const file = join(directory, 'page.html')
  await writeFile(file, page)
  const fixed = ['--headless=new', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr', '--v=0']
  const words = [...fixed, ...OFFLINE, `--user-data-dir=${join(directory, 'profile')}`, ...options]
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...words, `file://${file}`],
      { timeout: 90_000, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) =>
        error === null ? resolve({ out, err }) : reject(new Error(`${command}: ${error.message}`)),
    )
  })
}
