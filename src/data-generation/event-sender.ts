import { setTimeout as wait } from 'node:timers/promises'
import { PlatformError } from '../contracts/errors.ts'
import { trackedEvent } from './web/tracked-event.ts'

const mostEvents = 500
const patienceMs = 30_000
const retryMs = 1_000

/**
 * Sends lines of the simulated web log to a collector, as the shop's pages would; lines that are no record are
 * left out. A collector that is away or busy is asked again for half a minute.
 */
export function createEventSender(address: string, writeKey: string | undefined) {
  const headers = {
    'content-type': 'application/json',
    ...(writeKey === undefined ? {} : { 'x-write-key': writeKey }),
  }
  let hasSent = false

  const post = async (events: readonly unknown[]): Promise<string | undefined> => {
    const request = { method: 'POST', headers, body: JSON.stringify({ events }) }
    const answer = await fetch(address, request).catch(() => undefined)
    if (answer === undefined) return 'nothing listens there'
    const { error, message } = (await answer.json().catch(() => ({}))) as { error?: string; message?: string }
    // A receipt without an error names the events that break the contract: they are the collector's to keep.
    return answer.ok || (answer.status === 400 && error === undefined)
      ? undefined
      : `it answered ${answer.status}${message === undefined ? '' : `, ${message}`}`
  }

  const send = async (events: readonly unknown[]) => {
    for (const until = performance.now() + (hasSent ? patienceMs : 0); ; await wait(retryMs)) {
      const problem = await post(events)
      if (problem === undefined) {
        hasSent = true
        return
      }
      if (performance.now() >= until)
        throw new PlatformError(
          'config.invalid',
          `simulation: could not send to ${address}: ${problem}; start the collector or choose another --to`,
        )
    }
  }

  return async (lines: readonly string[]): Promise<void> => {
    const events = lines.map(trackedEvent).filter((event) => event !== undefined)
    for (let start = 0; start < events.length; start += mostEvents)
      await send(events.slice(start, start + mostEvents))
  }
}
