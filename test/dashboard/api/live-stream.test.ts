import { rm } from 'node:fs/promises'
import { afterEach, expect, it } from 'vitest'
import type { LiveView } from '../../../src/contracts/live.ts'
import { createDashboard } from '../../../src/dashboard/api/create-dashboard.ts'
import { absentView, type LiveFeed } from '../../../src/dashboard/api/live-stream.ts'
import { emptyDataFolder } from '../gold-lake.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serve(live?: LiveFeed): Promise<string> {
  const dataDir = await emptyDataFolder()
  const app = await createDashboard({ dataDir, webDir: dataDir, ...(live === undefined ? {} : { live }) })
  closing.push(
    () => app.close(),
    () => rm(dataDir, { recursive: true, force: true }),
  )
  return app.listen({ port: 0, host: '127.0.0.1' })
}

/** Views of the stream until `count` have come. */
async function views(address: string, count: number, onFirst = () => {}): Promise<LiveView[]> {
  const response = await fetch(`${address}/api/live`)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let text = ''
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(part)
    const found = [...text.matchAll(/^event: live\ndata: (.*)\n\n/gm)]
    if (found.length === 1) onFirst()
    if (found.length >= count) return found.map(([, data]) => JSON.parse(data ?? '') as LiveView)
  }
  throw new Error('the stream ended')
}

it('says that this server follows nothing, rather than nothing', async () => {
  const [view] = await views(await serve(), 1)
  expect(view).toMatchObject({ state: 'absent', minutes: [], lastEventAt: null })
})

it('sends each change to the pages that are open, and asks for none without them', async () => {
  let made = 0
  const listeners = new Set<() => void>()
  const address = await serve({
    view: () => ({ ...absentView(new Date(0)), state: 'live', visitorsNow: ++made }),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  expect(listeners.size).toBe(0)
  const change = () => {
    for (const listener of listeners) listener()
  }
  const seen = await views(address, 2, change)
  expect(seen.map(({ visitorsNow }) => visitorsNow)).toEqual([1, 2])
  // The page is gone, and so is whoever asked for it.
  for (let tries = 0; listeners.size > 0 && tries < 200; tries++) {
    change()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(listeners.size).toBe(0)
})
