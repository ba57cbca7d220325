import { newId, parsed, storage } from './browser-storage.ts'

export type TrackedEvent = Record<string, string | undefined>

export interface EventQueue {
  push(event: TrackedEvent): void
  flush(): void
  /** Whether events may be kept in the browser until they are sent. */
  keep(isAllowed: boolean): void
  /** Removes what is kept in the browser, by other pages too. */
  clear(): void
}

const prefix = 'sillage.queue.'
const keptKeys = () => storage.keys().filter((key) => key.startsWith(prefix))
const maxBatch = 20
/** Browsers send at most 64 KiB at once for a page that goes away. */
const maxBatchLength = 30_000
const maxWaiting = 1_000
const gatherMs = 1_000
const longestPauseMs = 300_000

/** Whoever builds the page sees in its console what was refused, and why. */
function warnOfRefusals(answer: Response): void {
  const warn = ({
    error,
    message,
    refused = [],
  }: {
    error?: string
    message?: string
    refused?: object[]
  }) => {
    if (error) console.warn(`sillage: ${error}. ${message}`)
    for (const event of refused) console.warn('sillage: event refused', JSON.stringify(event))
  }
  answer.json().then(warn, () => undefined)
}

/**
 * Holds events until the collector has answered that it has them. One request at a time; after a failure pauses that
 * double, with chance. A page that goes away hands what is left to the browser and, where allowed, to the next page;
 * what so arrives twice bears the same event id.
 */
export function createEventQueue(address: string): EventQueue {
  const waiting: TrackedEvent[] = []
  const ownKey = prefix + newId()
  let isKept = false
  let sending = 0
  let handedOver = 0
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const save = () => {
    if (isKept) storage.set(ownKey, waiting.length ? JSON.stringify(waiting) : '')
  }
  const body = (events: readonly TrackedEvent[]) =>
    JSON.stringify({ sent_at: new Date().toISOString(), events })
  const batchFrom = (start: number) => {
    let end = start
    let length = 0
    while (end < waiting.length && end < start + maxBatch) {
      length += JSON.stringify(waiting[end]).length
      if (end > start && length > maxBatchLength) break
      end++
    }
    return waiting.slice(start, end)
  }
  const later = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(send, ms)
  }

  const send = async () => {
    clearTimeout(timer)
    timer = undefined
    if (sending || !waiting.length) return
    const batch = batchFrom(0)
    sending = batch.length
    let pauseMs: number | undefined
    try {
      const answer = await fetch(address, {
        method: 'POST',
        body: body(batch),
        keepalive: true,
        credentials: 'omit',
        signal: AbortSignal.timeout?.(30_000),
      })
      // What the collector refuses for good is not sent again.
      const isFinal = answer.status < 500 && answer.status !== 429 && answer.status !== 408
      if (isFinal) warnOfRefusals(answer)
      else pauseMs = Number(answer.headers.get('retry-after')) * 1000 || 0
    } catch {
      pauseMs = 0
    }
    sending = 0
    if (pauseMs === undefined) {
      waiting.splice(0, batch.length)
      handedOver = Math.max(0, handedOver - batch.length)
      failures = 0
      save()
      if (waiting.length) send()
    } else {
      const doubledMs = Math.min(longestPauseMs, 1_000 * 2 ** failures++)
      later(Math.max(pauseMs, doubledMs) * (1 + Math.random() / 2))
    }
  }

  const flush = () => {
    failures = 0
    handedOver = 0
    send()
  }

  const handOver = () => {
    let next = Math.max(sending, handedOver)
    while (next < waiting.length) {
      const batch = batchFrom(next)
      if (!navigator.sendBeacon?.(address, body(batch))) break
      next += batch.length
    }
    handedOver = next
  }

  const adopt = () => {
    for (const key of keptKeys()) {
      if (key === ownKey) continue
      const left = parsed<TrackedEvent[]>(storage.get(key))
      storage.set(key, '')
      if (Array.isArray(left)) waiting.push(...left)
    }
    save()
    if (waiting.length && !timer) later(0)
  }

  addEventListener('online', flush)
  addEventListener('pagehide', handOver)
  addEventListener('pageshow', (event) => event.persisted && flush())
  document.addEventListener('visibilitychange', () =>
    document.visibilityState === 'hidden' ? handOver() : flush(),
  )

  return {
    push(event) {
      waiting.push(event)
      if (waiting.length > maxWaiting) waiting.splice(sending, 1)
      save()
      if (waiting.length - sending >= maxBatch && !failures) send()
      else if (!timer && !sending) later(gatherMs)
    },
    flush,
    keep(isAllowed) {
      const isNew = isAllowed && !isKept
      isKept = isAllowed
      if (isNew) adopt()
    },
    clear() {
      for (const key of keptKeys()) storage.set(key, '')
    },
  }
}
