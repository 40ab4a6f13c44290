import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Puts a whole file in place: after a crash it is there in full, or not at all. @throws as the file system does */
export const writeDurably = async (path: string, text: string | Uint8Array): Promise<void> => {
  const unfinished = `${path}.new`
  const file = await open(unfinished, 'w', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  const directory = await open(dirname(path))
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
