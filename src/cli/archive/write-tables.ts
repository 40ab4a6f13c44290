import { type FileHandle, mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import {
  columnsOf,
  csvLine,
  jsonLine,
  type MessageLine,
  type TableName,
  type TableRow,
  TABLES,
} from '../../archive/index.js'
import { refuseExisting, unlessRefused } from './new-file.js'

export type TableFormat = 'csv' | 'jsonl'
export type RowCounts = Readonly<Record<TableName, number>>

/** Text gathered before it is written. */
const BUFFER_SIZE = 256 * 1024

/**
 * Writes one file for each table into a new folder, which is there whole or not at all.
 * @throws CodedError `file-exists`, `file-unwritable`, and whatever the messages throw
 */
export const writeTables = async (
  directory: string,
  format: TableFormat,
  messages: AsyncIterable<MessageLine> | Iterable<MessageLine>,
  rowsOf: (line: MessageLine) => readonly TableRow[],
): Promise<RowCounts> => {
  await refuseExisting(directory)
  const path = resolve(directory)
  const beside = await unlessRefused(path, async () => {
    await mkdir(dirname(path), { recursive: true })
    return mkdtemp(`${path}.`)
  })
  try {
    const tables = await unlessRefused(path, () => openTables(beside, format))
    try {
      for await (const line of messages) {
        for (const row of rowsOf(line)) await unlessRefused(path, async () => tables.get(row.table)?.add(row))
      }
      for (const table of tables.values()) await unlessRefused(path, () => table.flush())
    } finally {
      for (const table of tables.values()) await table.close()
    }
    await unlessRefused(path, () => rename(beside, path))
    return Object.fromEntries([...tables].map(([name, { rows }]) => [name, rows])) as RowCounts
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
}

const openTables = async (directory: string, format: TableFormat): Promise<Map<TableName, TableFile>> => {
  const tables = new Map<TableName, TableFile>()
  for (const name of Object.keys(TABLES) as TableName[]) {
    tables.set(name, new TableFile(name, format, await open(join(directory, `${name}.${format}`), 'wx')))
  }
  return tables
}

class TableFile {
  rows = 0
  #text: string

  constructor(
    private readonly name: TableName,
    private readonly format: TableFormat,
    private readonly handle: FileHandle,
  ) {
    this.#text = format === 'csv' ? csvLine(columnsOf(name)) : ''
  }

  async add({ cells }: TableRow): Promise<void> {
    this.rows++
    this.#text += this.format === 'csv' ? csvLine(cells) : jsonLine(this.name, cells)
    if (this.#text.length >= BUFFER_SIZE) await this.flush()
  }

  async flush(): Promise<void> {
    await this.handle.writeFile(this.#text)
    this.#text = ''
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}
