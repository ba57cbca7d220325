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

/** Sends the status to every open page when it changes. */
export class StatusStream {
  readonly #pages = new Set<ServerResponse>()
  #last = ''
  #sentAt = 0

  /** Takes over a response: the page gets the status at once and each change after. */
  join(response: ServerResponse, status: Status): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    })
    response.write(`retry: 1000\n${message(JSON.stringify(status))}`)
    this.#pages.add(response)
    response.on('close', () => this.#pages.delete(response))
  }

  publish(status: Status): void {
    const text = JSON.stringify(status)
    const now = performance.now()
    if (text !== this.#last) {
      this.#last = text
      this.#sentAt = now
      for (const page of this.#pages) page.write(message(text))
    } else if (now - this.#sentAt > heartbeatMs) {
      this.#sentAt = now
      for (const page of this.#pages) page.write(': still here\n\n')
    }
  }

  close(): void {
    for (const page of this.#pages) page.end()
    this.#pages.clear()
  }
}

const message = (data: string) => `event: status\ndata: ${data}\n\n`
