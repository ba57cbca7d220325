import { dateText } from '../calendar.ts'

/** A file of the landing zone, complete. */
export interface RawFile {
  /** `web`, `crm`, `advertising` or `influencers`. */
  readonly folder: string
  readonly name: string
  readonly text: string
}

/** Days (included) whose changes one export carries, as things stood when its last day ended. */
export interface ExportWindow {
  readonly fromDay: number
  readonly toDay: number
}

export type ExportFrequency = 'daily' | 'weekly' | 'history'

/** One export of the past, then a few weekly ones, then one a day for the last three days. */
export function exportWindows(startDay: number, endDay: number, frequency: ExportFrequency): ExportWindow[] {
  if (frequency === 'daily') return everyDays(startDay, endDay, 1)
  if (frequency === 'weekly') return everyDays(startDay, endDay, 7)
  const firstDaily = Math.max(startDay, endDay - 2)
  const weeks = Math.min(3, Math.floor((firstDaily - startDay) / 28))
  const firstWeekly = firstDaily - weeks * 7
  return [
    ...(firstWeekly > startDay ? [{ fromDay: startDay, toDay: firstWeekly - 1 }] : []),
    ...everyDays(firstWeekly, firstDaily - 1, 7),
    ...everyDays(firstDaily, endDay, 1),
  ]
}

function everyDays(fromDay: number, toDay: number, days: number): ExportWindow[] {
  const windows: ExportWindow[] = []
  for (let day = fromDay; day <= toDay; day += days)
    windows.push({ fromDay: day, toDay: Math.min(toDay, day + days - 1) })
  return windows
}

export function windowName(window: ExportWindow): string {
  return window.fromDay === window.toDay
    ? dateText(window.toDay)
    : `${dateText(window.fromDay)}_${dateText(window.toDay)}`
}
