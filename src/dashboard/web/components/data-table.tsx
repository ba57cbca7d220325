import { type ReactNode, useState } from 'react'
import { type MetricId, metrics, metricValue, type Sums } from '../../../contracts/metrics.ts'
import { useSpeech } from '../language/language-context.tsx'
import { type Column, nextSorting, type Sorting, sortRows } from './table-model.ts'
import { Term } from './term.tsx'

/** A column as a page describes it: a metric of the row's sums, or anything with its own cell. */
export type TableColumn<R> =
  | {
      readonly metric: MetricId
      readonly emphasis?: (value: number | null, row: R) => 'bad' | undefined
    }
  | {
      readonly id: string
      readonly heading: string
      readonly isNumber?: boolean
      readonly sortValue: (row: R) => string | number | null
      readonly cell: (row: R) => ReactNode
      readonly total?: (line: TotalLine) => ReactNode
    }

export interface TotalLine {
  readonly label: string
  readonly sums: Sums
  /** The same sums of the compared dates, for columns that show a change. */
  readonly before?: Sums
}

interface DataTableProps<R> {
  label: string
  columns: readonly TableColumn<R>[]
  rows: readonly R[]
  rowKey: (row: R) => string
  /** Sums a row's metric columns are calculated from. */
  sums?: (row: R) => Sums
  /** Lines below the rows, each from its own sums. */
  totals?: readonly TotalLine[]
  sorting: Sorting
  /** Rows shown before “show more”. */
  limit?: number
}

interface Drawn<R> extends Column<R> {
  readonly head: ReactNode
  readonly cell: (row: R) => ReactNode
  readonly total: (line: TotalLine) => ReactNode
}

/** A sortable table whose metrics are calculated from sums, in rows as in the total. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { label, rows, rowKey, totals, limit = 12 } = props
  const { text } = useSpeech()
  const [sorting, setSorting] = useState(props.sorting)
  const [isWhole, setWhole] = useState(false)
  const columns = useDrawnColumns(props)
  const sorted = sortRows(rows, columns, sorting)
  const shown = isWhole ? sorted : sorted.slice(0, limit)
  return (
    <div className="table-wrap">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" aria-label={label} tabIndex={0}>
        <table>
          <caption className="visually-hidden">{label}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeadCell
                  key={column.id}
                  column={column}
                  sorting={sorting}
                  onSort={() => setSorting(nextSorting(sorting, column))}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map((column, index) =>
                  index === 0 ? (
                    <th key={column.id} scope="row">
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td key={column.id} className={column.isNumber ? 'number' : undefined}>
                      {column.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
          {totals && (
            <tfoot>
              {totals.map((line) => (
                <tr key={line.label}>
                  {columns.map((column, index) =>
                    index === 0 ? (
                      <th key={column.id} scope="row">
                        {line.label}
                      </th>
                    ) : (
                      <td key={column.id} className={column.isNumber ? 'number' : undefined}>
                        {column.total(line)}
                      </td>
                    ),
                  )}
                </tr>
              ))}
            </tfoot>
          )}
        </table>
      </section>
      {sorted.length > limit && (
        <button type="button" className="link-button" onClick={() => setWhole(!isWhole)}>
          {isWhole ? text.table.fewer : text.table.more(sorted.length - limit)}
        </button>
      )}
    </div>
  )
}

function HeadCell<R>({
  column,
  sorting,
  onSort,
}: {
  column: Drawn<R>
  sorting: Sorting
  onSort: () => void
}) {
  const { text } = useSpeech()
  const isSorted = sorting.column === column.id
  const order = sorting.isDescending ? 'descending' : 'ascending'
  return (
    <th scope="col" className={column.isNumber ? 'number' : undefined} aria-sort={isSorted ? order : 'none'}>
      <span className="head-cell">
        {column.head}
        <button
          type="button"
          className="sort-button"
          aria-label={text.table.sortBy(column.heading)}
          onClick={onSort}
        >
          <span aria-hidden="true">{isSorted ? (sorting.isDescending ? '↓' : '↑') : '↕'}</span>
        </button>
      </span>
    </th>
  )
}

function useDrawnColumns<R>({ columns, sums, rows }: DataTableProps<R>): Drawn<R>[] {
  const { language, format } = useSpeech()
  return columns.map((column) => {
    if (!('metric' in column)) {
      return {
        ...column,
        isNumber: column.isNumber ?? false,
        head: column.heading,
        total: column.total ?? (() => null),
      }
    }
    const { unit, name } = metrics[column.metric]
    const measured = (row: R) => metricValue(column.metric, sums?.(row) ?? {})
    const show = format.column(unit, rows.map(measured))
    return {
      id: column.metric,
      heading: name[language],
      isNumber: true,
      sortValue: measured,
      head: <Term metric={column.metric} />,
      cell: (row: R) => {
        const value = measured(row)
        const isBad = column.emphasis?.(value, row) === 'bad'
        return <span className={isBad ? 'is-bad' : undefined}>{show(value)}</span>
      },
      total: ({ sums: of }) => show(metricValue(column.metric, of)),
    }
  })
}
