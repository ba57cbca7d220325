import type { ServerResponse } from 'node:http'
import type { Status } from '../../contracts/dashboard.ts'
import type { ProgressFeed } from './progress-feed.ts'
import type { PublishedGold } from './published-gold.ts'

const heartbeatMs = 15_000

export function statusOf(gold: PublishedGold, progress: ProgressFeed): Status {
  const sequence = gold.sequence()
  const publication = sequence === null ? null : gold.current()
  const stages = progress.stages()
  const hasFailed = stages.some(({ state }) => state === 'failed')
  const before = progress.isWorking() ? 'building' : hasFailed ? 'failed' : 'waiting'
  return {
    state: sequence === null ? before : 'ready',
    sequence,
    publishedAt: publication?.shop.publishedAt ?? null,
    dataThrough: publication?.shop.dataThrough ?? null,
    stages,
    problem: gold.problem(),
  }
}

/** A page that takes no more of the stream is left out until it does, and then gets the newest status. */
const mostUnsentBytes = 1 << 20

/** Sends the status to every open page when it changes. */
export class StatusStream {
  /** With the status each was sent last. */
  readonly #pages = new Map<ServerResponse, string>()
  #sentAt = 0

  /** Takes over a response: the page gets the status at once and each change after. */
  join(response: ServerResponse, status: Status): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    })
    const text = JSON.stringify(status)
    response.write(`retry: 1000\n${message(text)}`)
    this.#pages.set(response, text)
    response.on('close', () => this.#pages.delete(response))
  }

  /** Called again and again, also without a change. */
  publish(status: Status): void {
    const text = JSON.stringify(status)
    const now = performance.now()
    const isQuiet = now - this.#sentAt > heartbeatMs
    if (isQuiet) this.#sentAt = now
    for (const [page, sent] of this.#pages) {
      if (page.writableLength >= mostUnsentBytes) continue
      if (text !== sent) page.write(message(text))
      else if (isQuiet) page.write(': still here\n\n')
      this.#pages.set(page, text)
    }
  }

  close(): void {
    for (const page of this.#pages.keys()) page.end()
    this.#pages.clear()
  }
}

const message = (data: string) => `event: status\ndata: ${data}\n\n`
