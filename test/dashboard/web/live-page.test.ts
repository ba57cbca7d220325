import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLiveFeed, type GrowingFeed, noParts } from '../../../src/cli/live-feed.ts'
import { createDashboard } from '../../../src/dashboard/api/create-dashboard.ts'
import { openBrowser } from '../../../src/dashboard/web/gallery/browser.ts'
import type { EventLog } from '../../../src/ingestion/event-log/event-log.ts'
import { openEventLog } from '../../../src/ingestion/event-log/open-event-log.ts'
import type { SpeedLayer } from '../../../src/live/speed-layer.ts'
import { startLayer, topic, visit } from '../../live/live-folder.ts'
import { recordOf } from '../../live/shop-stream.ts'
import { demoRows } from '../demo-rows.ts'
import { emptyDataFolder, publishRows } from '../gold-lake.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let page: Page
let dataDir: string
let webDir: string
let log: EventLog
let layer: SpeedLayer
let app: FastifyInstance
let port = 0
const problems: string[] = []

const feedOf = (): GrowingFeed => {
  const parts = noParts()
  const feed = createLiveFeed(Object.assign(parts, { log, layer }))
  parts.collector.address = 'http://localhost:4010'
  layer.onChange(feed.changed)
  return feed
}
const serve = async () => {
  app = await createDashboard({ dataDir, webDir, pollMs: 50, live: feedOf() })
  await app.listen({ port, host: '127.0.0.1' })
  port = (app.server.address() as { port: number }).port
}
const visitorsCome = async (...numbers: readonly number[]) => {
  const now = Date.now()
  const events = numbers.flatMap((number) => visit(number, now - 5_000))
  await log.append(
    topic,
    events.map((event) => recordOf(event, now)),
  )
}
const headline = (text: RegExp) => page.getByRole('heading', { level: 1, name: text })

beforeAll(async () => {
  browser = await openBrowser(process.env.SILLAGE_BROWSER)
  webDir = await mkdtemp(join(tmpdir(), 'sillage-web-'))
  await build({ build: { outDir: webDir, emptyOutDir: true }, logLevel: 'error' })
  dataDir = await emptyDataFolder()
  await publishRows(dataDir, demoRows(200), '2026-11-21T12:00:00Z')
  log = await openEventLog({ dataDir, kind: 'embedded' })
  layer = startLayer(dataDir, log)
  await layer.caughtUp()
  await serve()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => problems.push(error.message))
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await layer?.stop()
  await log?.close()
  for (const folder of [dataDir, webDir]) if (folder) await rm(folder, { recursive: true, force: true })
})

async function seriousViolations(): Promise<string[]> {
  await page.evaluate(axeSource)
  const violations = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
  )) as { id: string; impact: string; nodes: { html: string }[] }[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

describe('the Live page in a browser', () => {
  it('says how to install the tracker until the first visit shows by itself', async () => {
    await page.goto(`http://127.0.0.1:${port}/live?lang=en`)
    await headline(/Nothing has come from the shop’s pages/).waitFor()
    await page.getByText('sillage sources list').waitFor()
    expect(await seriousViolations()).toEqual([])
    await visitorsCome(1)
    await headline(/One visitor is in the shop/).waitFor()
    await visitorsCome(5, 7)
    await headline(/3 visitors are in the shop, one order in the last half hour/).waitFor()
    await page.getByRole('region', { name: 'The last orders' }).getByText('€24.00').waitFor()
    expect(await seriousViolations()).toEqual([])
  })

  it('shows the minutes as a table and gives them as CSV', async () => {
    await page.getByRole('button', { name: 'Table' }).click()
    const table = page.getByRole('table', { name: /busiest/ })
    await table.waitFor()
    expect(await table.getByRole('row').count()).toBe(31)
    await page.getByRole('button', { name: 'Chart' }).click()
    const csv = await (await fetch(`http://127.0.0.1:${port}/api/live-minutes.csv`)).text()
    expect(csv.split('\r\n')[0]).toMatch(/^minute,visitors,events,page_views,/)
    const channels = await (await fetch(`http://127.0.0.1:${port}/api/live-channels.csv`)).text()
    expect(channels).toContain('today,Email,10,3,0,3,3,3,1,')
  })

  it('stands still while paused, and while nobody looks at the tab', async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused').waitFor()
    await visitorsCome(8)
    await page.waitForTimeout(400)
    expect(await headline(/3 visitors/).count()).toBe(1)
    await page.getByRole('button', { name: 'Resume' }).click()
    await headline(/4 visitors/).waitFor()
    const look = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await look(true)
    await visitorsCome(9)
    await page.waitForTimeout(400)
    expect(await headline(/4 visitors/).count()).toBe(1)
    await look(false)
    await headline(/5 visitors/).waitFor()
  })

  it('says that the connection is lost and comes back by itself when the server does', async () => {
    await app.close()
    await page.getByText('Connection lost; trying again').waitFor()
    await visitorsCome(11)
    await serve()
    await headline(/6 visitors/).waitFor()
    expect(await page.getByText('Connection lost; trying again').count()).toBe(0)
  })

  it('speaks French on a phone in the dark, without a fault', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await page.goto(`http://127.0.0.1:${port}/live?lang=fr`)
    await headline(/6 personnes sont dans la boutique/).waitFor()
    expect(await seriousViolations()).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(problems).toEqual([])
  })
})
