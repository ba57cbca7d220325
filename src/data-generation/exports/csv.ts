/** A cell of a CSV file; quoted only where it must be. */
export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return ''
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csvLine(cells: readonly (string | number | boolean | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\n`
}

export function csvFile(columns: readonly string[], lines: readonly string[]): string {
  return csvLine(columns) + lines.join('')
}

/** The lines of a CSV file as cells, its header first. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = []
  let cells: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g)) {
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(cells)
    cells = []
  }
  return rows
}

/** `12.34` of cents; negative amounts keep their sign. */
export function amount(cents: number): string {
  const absolute = Math.abs(cents)
  return `${cents < 0 ? '-' : ''}${Math.floor(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`
}

/** A share as six decimals of its millionths. */
export function share(millionths: number): string {
  return `${Math.floor(millionths / 1_000_000)}.${String(millionths % 1_000_000).padStart(6, '0')}`
}
