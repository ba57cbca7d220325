import type { ServerResponse } from 'node:http'
import { type LiveView, noLiveCounts, noLiveRows } from '../../contracts/live.ts'

/** What happens on the site now, for whoever watches. */
export interface LiveFeed {
  view(): LiveView
  /** Calls back when there is something new to see, and every few seconds; returns how to stop. */
  onChange(listener: () => void): () => void
}

const none = { state: 'absent', problem: null } as const

/** Of a server that does not follow the site. */
export const absentView = (now: Date): LiveView => ({
  ...none,
  now: now.toISOString(),
  eventsPerSecond: 0,
  visitorsNow: 0,
  lag: null,
  lastEventAt: null,
  minutes: [],
  recent: { counts: noLiveCounts, breakdown: noLiveRows },
  today: {
    date: now.toISOString().slice(0, 10),
    counts: noLiveCounts,
    publishedVisitors: 0,
    ledgerOrders: 0,
    ledgerNetRevenue: 0,
    provisionalOrders: 0,
    provisionalNetRevenue: 0,
    breakdown: noLiveRows,
  },
  orders: [],
  netRevenueRule: { ratio: 1, basis: 'none', orders: 0 },
  collector: { ...none, address: null, accepted: 0, refused: 0 },
  lander: { ...none, lastCommitAt: null, behind: 0 },
  log: { ...none, kind: null, behind: 0 },
  setAside: { refused: 0, duplicates: 0, crawlers: 0, outsideMinutes: 0 },
  published: null,
})

export const absentLive: LiveFeed = { view: () => absentView(new Date()), onChange: () => () => {} }

/** A page that takes no more of the stream is left out until it does. */
const mostUnsentBytes = 1 << 20

/** Sends the view to every open page as it changes; without a page nothing is made. */
export class LiveStream {
  readonly #feed: LiveFeed
  readonly #pages = new Set<ServerResponse>()
  #stop: (() => void) | undefined

  constructor(feed: LiveFeed) {
    this.#feed = feed
  }

  /** Takes over a response: the page gets the view at once and each change after. */
  join(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    })
    response.write(`retry: 1000\n${message(this.#feed.view())}`)
    this.#pages.add(response)
    this.#stop ??= this.#feed.onChange(() => this.#send())
    response.on('close', () => {
      this.#pages.delete(response)
      if (this.#pages.size === 0) this.#leave()
    })
  }

  close(): void {
    for (const page of this.#pages) page.end()
    this.#pages.clear()
    this.#leave()
  }

  #send(): void {
    if (this.#pages.size === 0) return
    const text = message(this.#feed.view())
    for (const page of this.#pages) if (page.writableLength < mostUnsentBytes) page.write(text)
  }

  #leave(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}

const message = (view: LiveView) => `event: live\ndata: ${JSON.stringify(view)}\n\n`
