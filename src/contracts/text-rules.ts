import type { Column } from './columns.ts'

/**
 * What a value looks like as text, before its bounds are checked. The stream validator and the SQL checks for
 * files both read these, so that a record is judged alike through either door.
 */
export const textPatterns = {
  timestamp: '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?Z',
  date: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  number: '-?[0-9]+([.][0-9]+)?',
  count: '-?[0-9]+',
  flag: 'true|false',
} as const

/** Decimals kept by the two exact types, and digits that fit before the point. */
export const decimalDigits = { money: { scale: 2, whole: 10 }, decimal: { scale: 6, whole: 12 } } as const

/** Digits of a whole number that every engine and JavaScript hold exactly. */
export const countDigits = 15

/** Earliest accepted instant and past day; the latest is one day after the record's arrival. */
export const earliestTime = '2000-01-01'

/** Bounds of days that may be planned ones. */
export const plannedDays = { earliest: '1990-01-01', latest: '2100-12-31' } as const

export const dayMs = 86_400_000

/** A column's pattern without its anchors: both engines match the whole value. */
export function wholePattern(column: Column): string | undefined {
  return column.pattern?.replace(/^\^/, '').replace(/\$$/, '')
}

/** Name under which a source delivers the column. */
export const deliveredName = (name: string, column: Column): string => column.incoming ?? name
