import { parisOffsetMinutes } from '../calendar.ts'
import { rehash } from '../random.ts'
import type { World } from '../world/world.ts'
import { botVisits } from './bots.ts'
import { createDayLines, type DayLines, type WebDay } from './delivered-day.ts'
import { lateDays, spoiledLines } from './imperfections.ts'
import { origin } from './landing.ts'
import { clear, createVisitTeller, emptyEvent } from './visit-events.ts'
import { createLineWriter, type EventPieces, preciseTime, type WebFormat } from './web-lines.ts'

/**
 * Projects the visits of a world into the shop's web log, a day at a time.
 *
 * @yields Complete days in order; late records stand on the day they arrived.
 */
export function* webLog(world: World, format: WebFormat = 'ndjson'): Generator<WebDay> {
  const { plan, visits } = world
  const { seed, startDay, endDay } = plan.setting
  const writer = createLineWriter(format)
  const deliveries = new Map<number, DayLines>()
  const spare: Buffer[] = []
  const event: EventPieces = emptyEvent()

  const deliver = (arrivalDay: number, arrivalSecond: number, line: string) => {
    const day = Math.max(arrivalDay, startDay)
    const second = arrivalDay < startDay ? 0 : arrivalSecond
    let delivery = deliveries.get(day)
    if (delivery === undefined) {
      delivery = createDayLines(spare)
      deliveries.set(day, delivery)
    }
    delivery.add(second, line)
  }

  const finish = (day: number): WebDay => {
    for (const bot of botVisits(seed, plan.setting.eventsPerDay, day)) {
      writer.begin(bot.visit)
      bot.paths.forEach((path, n) => {
        clear(event, 'page_view', origin + path)
        const second = Math.min(86_399, bot.startSecond + Math.floor(n * bot.gapSeconds))
        deliver(day, second, writer.line(n, preciseTime(day, second, (n * 37) % 1000), event))
      })
    }
    const delivery = deliveries.get(day) ?? createDayLines(spare)
    deliveries.delete(day)
    return delivery.inOrder(day, (count, lineAt) => spoiledLines(seed, day, count, lineAt, format))
  }

  let number = 0
  let shiftDays = 0
  let occasion = 0
  const emit = (localSecond: number) => {
    const dayOfPlan = Math.floor(localSecond / 86_400)
    const local = plan.firstDay + dayOfPlan
    const rest = localSecond - dayOfPlan * 86_400
    const utc = local * 86_400 + rest - parisOffsetMinutes(local, (rest / 60) | 0) * 60
    const day = Math.floor(utc / 86_400)
    const second = utc - day * 86_400
    const h = rehash(occasion, 200 + number)
    const line = writer.line(number, preciseTime(day, second, h % 1000), event)
    const jitter = (h & 0x3f00) === 0 ? (h >>> 16) & 127 : 0
    const arrival = Math.min(86_399, second + jitter)
    deliver(day + shiftDays, arrival, line)
    // What a phone kept for days it sometimes had sent after all.
    if (shiftDays > 0 && (occasion & 7) === 0) deliver(day, arrival, line)
    if (h >>> 22 === 0) deliver(day + shiftDays, Math.min(86_399, arrival + 2), line)
    number++
  }

  const tell = createVisitTeller(world, writer, event, emit)
  const sorted = sortByTime(visits.minute, visits.count)
  let unfinished = startDay
  for (let n = 0; n < sorted.length; n++) {
    const index = sorted[n]!
    const minute = visits.minute[index]!
    const dayIndex = Math.floor(minute / 1440)
    const local = plan.firstDay + dayIndex
    const minuteOfDay = minute - dayIndex * 1440
    const utcDay = minuteOfDay < parisOffsetMinutes(local, minuteOfDay) ? local - 1 : local
    if (utcDay > endDay) break
    while (unfinished < utcDay) yield finish(unfinished++)

    occasion = visits.occasion[index]!
    number = 0
    shiftDays = lateDays(occasion)
    tell(index)
  }
  while (unfinished <= endDay) yield finish(unfinished++)
}

function sortByTime(minute: Int32Array, count: number): Uint32Array {
  const span = 67_108_864
  const keys = new Float64Array(count)
  for (let n = 0; n < count; n++) keys[n] = minute[n]! * span + n
  keys.sort()
  return Uint32Array.from(keys, (key) => key % span)
}
