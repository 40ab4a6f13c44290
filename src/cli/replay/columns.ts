/** Rows of cells, each column as wide as its widest cell; the last one is not padded. */
export const aligned = (
  rows: readonly (readonly string[])[],
  toTheRight: ReadonlySet<number> = new Set(),
): readonly string[] => {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        if (toTheRight.has(column)) return cell.padStart(width)
        return cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}
