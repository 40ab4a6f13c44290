import { openArchive } from '../../archive/index.js'
import { loadNetworkFile } from '../../roles/index.js'
import { importArchive, refuseUsed } from '../archive/import.js'
import { progressOf } from '../archive/progress.js'
import { command, DIRECTORY, FILE, optional, required } from '../kit/index.js'

export const importFeeds = command({
  name: 'import',
  summary: 'check an archive and make data directories out of it',
  details:
    'An archive of one node becomes the directory itself; of several, one directory in it for each, by name. They hold ' +
    'feeds, evidence and the network file but no keys: feeds can be read, audited and exported again, and no node runs ' +
    'there.',
  arguments: { file: required(FILE, 'archive, as `blockfin export` makes it') },
  options: {
    dir: required(DIRECTORY, 'directory to make; refuses one that holds anything'),
    network: optional(FILE, 'refuse an archive of another network than of this signed network file'),
  },
  examples: [
    'blockfin import feeds.bfa --dir restored',
    'blockfin import feeds.bfa --dir restored --network network.json',
  ],
  async run({ file, dir, network }, terminal) {
    await refuseUsed(dir)
    const expected = network === undefined ? {} : { network: await loadNetworkFile(network) }
    const archive = await openArchive(file, expected)
    try {
      await archive.verify(progressOf(terminal, 'checked'))
      const imported = await importArchive(archive, dir, progressOf(terminal, 'wrote'))
      const lines = imported.map(
        ({ name, directory, messages }) => `${name}: ${messages} messages in ${directory}`,
      )
      return { json: { imported, textSha256: archive.end.textSha256 }, text: lines.join('\n') }
    } finally {
      await archive.close()
    }
  },
})
