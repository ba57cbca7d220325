export type Cell = string | number | bigint | boolean | null | undefined

/** Columns aligned for a terminal: numbers to the right, a rule below the header, nulls as –. */
export function renderTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return `${columns.join('  ')}\n(no rows)`
  const texts = rows.map((row) =>
    row.map((cell) => (cell === null || cell === undefined ? '–' : oneLine(String(cell)))),
  )
  const widths = columns.map((column, i) => Math.max(column.length, ...texts.map((row) => row[i]!.length)))
  const isNumeric = columns.map((_, i) =>
    rows.every((row) => row[i] === null || row[i] === undefined || isNumber(row[i])),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [line(columns), widths.map((width) => '─'.repeat(width)).join('  '), ...texts.map(line)].join('\n')
}

/** RFC 4180 with \n line ends; a cell a spreadsheet would run as a formula is disarmed by a leading apostrophe. */
export function renderCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell) => {
    if (cell === null || cell === undefined) return ''
    const raw = String(cell)
    const text = /^[=+@\t\r-]/.test(raw) && !isNumber(raw) ? `'${raw}` : raw
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns.map(field), ...rows.map((row) => row.map(field))].map((cells) => cells.join(',')).join('\n')
}

function isNumber(cell: Cell): boolean {
  return (
    typeof cell === 'number' || typeof cell === 'bigint' || /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(String(cell))
  )
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
