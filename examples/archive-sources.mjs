/** What the examples share: an archive's replicas as sources of an audit, and the application of its network. */
import { pathToFileURL } from 'node:url'

import { loadVerifySignature, openArchive, storeLedger } from 'blockfin'

/**
 * Opens an archive for an audit.
 * @param {string} path
 * @param {string | undefined} applicationFile a module whose default export makes the application; default: STORE
 */
export const openForAudit = async (path, applicationFile) => {
  const verify = await loadVerifySignature()
  const archive = await openArchive(path)
  const sources = []
  for (const [index, { name }] of archive.replicas.entries()) {
    const replica = await archive.replica(index)
    sources.push({
      name,
      messages: () => replica.arrivals(),
      read: async (position) => (await replica.read(position)).value,
      async *proofs() {
        for await (const { replica: of, name: file, text } of archive.evidence()) {
          if (of === index && file.endsWith('.proof.json')) yield JSON.parse(text)
        }
      },
      close: async () => undefined,
    })
  }
  const make = applicationFile ? (await import(pathToFileURL(applicationFile).href)).default : storeLedger
  return { archive, network: archive.network, sources, application: make({ verify }), verify }
}
