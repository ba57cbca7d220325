import type { LiveMinute } from '../../../contracts/live.ts'

interface MinutesChartProps {
  minutes: readonly LiveMinute[]
  /** What the bars show. */
  measure: (minute: LiveMinute) => number
  format: (value: number) => string
  /** Clock of the shop. */
  timeOf: (utc: string) => string
  label: string
}

/** Bars by the minute that move on with the clock; a dot above a minute for each of its orders, up to five. */
export function MinutesChart({ minutes, measure, format, timeOf, label }: MinutesChartProps) {
  const highest = roundAbove(Math.max(1, ...minutes.map(measure)))
  return (
    <div className="minutes-chart" role="img" aria-label={label}>
      {[1, 0.5].map((part) => (
        <span key={part} className="minutes-grid" style={{ bottom: `${part * 100}%` }}>
          {format(highest * part)}
        </span>
      ))}
      {minutes.map((minute, index) => {
        const value = measure(minute)
        const isUnderWay = index === minutes.length - 1
        const isNearEnd = index >= minutes.length - 3 && !isUnderWay
        const hasRoomOnPhones = isUnderWay || (isTenth(minute) && index < minutes.length - 7)
        return (
          <div
            key={minute.minute}
            className="minutes-column"
            title={`${timeOf(minute.minute)} · ${format(value)}`}
          >
            <i
              className={isUnderWay ? 'minutes-bar is-under-way' : 'minutes-bar'}
              style={{ height: `${(value / highest) * 100}%` }}
            >
              {Array.from({ length: Math.min(5, minute.orders) }, (_, n) => (
                <b key={n} className="minutes-order" style={{ bottom: `calc(100% + ${8 + n * 12}px)` }} />
              ))}
            </i>
            {(isUnderWay || (isFifth(minute) && !isNearEnd)) && (
              <time className={hasRoomOnPhones ? undefined : 'minutes-fifth'} dateTime={minute.minute}>
                {timeOf(minute.minute)}
              </time>
            )}
          </div>
        )
      })}
    </div>
  )
}

const minuteOfHour = ({ minute }: LiveMinute): number => Number(minute.slice(14, 16))
const isFifth = (minute: LiveMinute): boolean => minuteOfHour(minute) % 5 === 0
const isTenth = (minute: LiveMinute): boolean => minuteOfHour(minute) % 10 === 0

/** The next round number that halves into a whole one. */
function roundAbove(value: number): number {
  if (value <= 8) return Math.ceil(value / 2) * 2
  for (let size = 10; ; size *= 10)
    for (const part of [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8]) if (part * size >= value) return part * size
}
