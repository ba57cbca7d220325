import { minuteOfDay } from '../calendar.ts'
import type { MarketingPlan } from '../plan/marketing-plan.ts'
import { exponential, hash, rehash, unit } from '../random.ts'
import { follows, type Person } from './people.ts'

/** Streams of occasions; each counts its own, so that one never shifts another's draws. */
export const INTENT = 0
export const GENERIC = 1
export const FEED_FACEBOOK = 2
export const FEED_INSTAGRAM = 3
export const VIDEOS = 4
export const SURFACES = 5
export const LETTERS = 6
export const TEXTS = 7
export const POSTS = 8
export const OFFERS = 9
export const DISCOVERY = 10
const streamCount = 11
const STREAM_PURPOSE = 16

/** What follows from an earlier occasion: coming back, running out, being followed by an advertisement. */
export const RETURN = 0
export const REPLENISH = 1
export const FOLLOWED = 2
export const never = 0x7fffffff

/**
 * When something could happen to a person, in order of time: streams of candidates at their largest rate, thinned by
 * whoever asks, and things scheduled by what happened before. A candidate's time depends on nothing in the world.
 */
export class Occasions {
  /** Place of a stream: a day of the plan, or an index into its sendings, posts or promotions. */
  readonly cursor = new Int32Array(streamCount)
  /** What `next` found: its minute, its stream (−1 for a scheduled one, then `kind` and `depth`), its draw. */
  time = 0
  stream = 0
  kind = 0
  depth = 0
  occasion = 0
  private readonly plan: MarketingPlan
  private readonly seed: number
  private readonly nextTime = new Int32Array(streamCount)
  private readonly draws = new Uint32Array(streamCount)
  private readonly counter = new Int32Array(streamCount)
  private readonly gap = new Float64Array(streamCount)
  private readonly pending: { time: number; kind: number; occasion: number; depth: number }[] = []
  private person = 0

  constructor(plan: MarketingPlan) {
    this.plan = plan
    this.seed = plan.setting.seed
  }

  /** Forgets the last person; streams have to be begun. */
  meet(person: Readonly<Person>): void {
    this.person = person.id
    this.pending.length = 0
    this.nextTime.fill(never)
  }

  begin(stream: number, meanGap: number): void {
    this.cursor[stream] = -1
    this.counter[stream] = 0
    this.gap[stream] = meanGap
    this.advance(stream)
  }

  /** Begins a stream from its origin and passes over what lies before `time`. */
  beginAfter(stream: number, meanGap: number, time: number): void {
    this.begin(stream, meanGap)
    while (this.nextTime[stream]! <= time) this.advance(stream)
  }

  schedule(time: number, kind: number, occasion: number, depth: number): void {
    this.pending.push({ time, kind, occasion, depth })
  }

  /** Finds the next occasion; false when none is left before the horizon. */
  next(horizon: number): boolean {
    let time = never
    let stream = -1
    for (let n = 0; n < streamCount; n++)
      if (this.nextTime[n]! < time) {
        time = this.nextTime[n]!
        stream = n
      }
    let earliest = -1
    for (let n = 0; n < this.pending.length; n++)
      if (this.pending[n]!.time < time) {
        time = this.pending[n]!.time
        earliest = n
      }
    if (time >= horizon) return false
    this.time = time
    if (earliest < 0) {
      this.stream = stream
      this.occasion = this.draws[stream]!
      return true
    }
    const scheduled = this.pending.splice(earliest, 1)[0]!
    this.stream = -1
    this.kind = scheduled.kind
    this.occasion = scheduled.occasion
    this.depth = scheduled.depth
    return true
  }

  advance(stream: number): void {
    if (stream === POSTS) {
      const { posts } = this.plan
      let at = this.cursor[stream]! + 1
      while (at < posts.length && !follows(this.seed, this.person, posts[at]!.influencer)) at++
      this.cursor[stream] = at
      this.draws[stream] = hash(this.seed, this.person, STREAM_PURPOSE + stream, at)
    } else {
      const h = hash(this.seed, this.person, STREAM_PURPOSE + stream, this.counter[stream]!++)
      this.cursor[stream]! += 1 + Math.floor(exponential(h) * this.gap[stream]!)
      this.draws[stream] = h
    }
    this.nextTime[stream] = this.timeOf(stream, this.draws[stream]!)
  }

  private timeOf(stream: number, h: number): number {
    const { plan } = this
    const at = this.cursor[stream]!
    switch (stream) {
      case LETTERS:
      case TEXTS: {
        const sending = (stream === LETTERS ? plan.emails : plan.texts)[at]
        if (sending === undefined) return never
        const delay = Math.min(2600, Math.floor(exponential(rehash(h, 1)) * (stream === LETTERS ? 420 : 90)))
        return (sending.day - plan.firstDay) * 1440 + sending.minute + 2 + delay
      }
      case POSTS: {
        const post = plan.posts[at]
        if (post === undefined) return never
        const delay = Math.min(2600, Math.floor(exponential(rehash(h, 1)) * 500))
        return (post.day - plan.firstDay) * 1440 + post.minute + 3 + delay
      }
      case OFFERS: {
        const promotion = plan.promotions[at]
        if (promotion === undefined) return never
        const length = promotion.endDay - promotion.startDay + 1
        const early = unit(rehash(h, 1))
        const day = promotion.startDay - plan.firstDay + Math.floor(early * early * length)
        return day < 0 ? 0 : day * 1440 + minuteOfDay(rehash(h, 2))
      }
      default:
        return at * 1440 + minuteOfDay(rehash(h, 1))
    }
  }
}
