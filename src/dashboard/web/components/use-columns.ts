import { useSpeech } from '../language/language-context.tsx'
import type { TableColumn } from './data-table.tsx'

/** Columns that many tables have, each of one value of the row; null shows as a dash. */
export function useColumns<R>() {
  const { format } = useSpeech()
  const column =
    <V extends string | number>(show: (value: V) => string) =>
    (id: string, heading: string, of: (row: R) => V | null): TableColumn<R> => ({
      id,
      heading,
      isNumber: true,
      sortValue: of,
      cell: (row) => {
        const value = of(row)
        return value === null ? '–' : show(value)
      },
    })
  return {
    count: column(format.count),
    instant: column(format.instant),
    date: column(format.date),
    duration: column(format.duration),
  }
}
