/** A column of a table: how a row's cell reads, sorts and, where sums make sense, totals. */
export interface Column<R> {
  readonly id: string
  readonly heading: string
  readonly isNumber: boolean
  /** Value for sorting; null goes last whichever way the column is sorted. */
  readonly sortValue: (row: R) => string | number | null
}

export interface Sorting {
  readonly column: string
  readonly isDescending: boolean
}

/** Sorts rows by a column; equal rows keep their order. */
export function sortRows<R>(rows: readonly R[], columns: readonly Column<R>[], sorting: Sorting): R[] {
  const column = columns.find(({ id }) => id === sorting.column)
  if (!column) return [...rows]
  const sign = sorting.isDescending ? -1 : 1
  return [...rows].sort((a, b) => {
    const left = column.sortValue(a)
    const right = column.sortValue(b)
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right)
    return sign * String(left).localeCompare(String(right))
  })
}

/** The next sorting after a click: numbers start with the largest, texts with A; a second click turns it round. */
export function nextSorting<R>(current: Sorting, column: Column<R>): Sorting {
  if (current.column === column.id) return { column: column.id, isDescending: !current.isDescending }
  return { column: column.id, isDescending: column.isNumber }
}
