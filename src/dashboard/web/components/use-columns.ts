import { placeName } from '../channels.ts'
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
  const count = column(format.count)
  return {
    count,
    /** A count with the sum over all rows in the total line. */
    summedCount: (
      id: string,
      heading: string,
      of: (row: R) => number,
      rows: readonly R[],
    ): TableColumn<R> => ({
      ...count(id, heading, of),
      total: () => format.count(rows.reduce((sum, row) => sum + of(row), 0)),
    }),
    instant: column(format.instant),
    date: column(format.date),
    duration: column(format.duration),
  }
}

/** The column that names a row's place: its channel, or the platform people know it by. */
export function usePlaceColumn<
  R extends { readonly channel: string; readonly platform: string },
>(): TableColumn<R> {
  const { text, language } = useSpeech()
  return {
    id: 'place',
    heading: text.channels.channel,
    sortValue: (row) => placeName(row, language),
    cell: (row) => placeName(row, language),
  }
}
