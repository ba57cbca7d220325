import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PlatformError } from '../../src/contracts/errors.ts'
import { openBrowser } from '../../src/dashboard/web/gallery/browser.ts'
import type { Sillage } from '../../src/tracker/sillage.d.ts'
import { openTrackedShop, type Row } from './tracked-shop.ts'

const userAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

let browser: Browser
let shop: Awaited<ReturnType<typeof openTrackedShop>>
let context: BrowserContext
let page: Page
let problems: string[]

beforeAll(async () => {
  browser = await openBrowser(process.env.SILLAGE_BROWSER)
})
afterAll(() => browser?.close())
beforeEach(async () => {
  shop = await openTrackedShop()
  context = await browser.newContext({ userAgent, locale: 'fr-FR' })
  problems = []
  context.on('weberror', (error) => problems.push(error.error().message))
  page = await context.newPage()
})
afterEach(async () => {
  await context.close()
  await shop.close()
  expect(problems).toEqual([])
})

const open = async (path = '/', on = page) => {
  await on.goto(`${shop.origin}${path}`)
  await on.waitForFunction('typeof sillage === "object" && !sillage.q')
}
const run = (code: string, on = page) => on.evaluate(code)
const names = (rows: readonly Row[]) => rows.map((row) => row.event_name)
const untilStored = async (count: number): Promise<Row[]> => {
  await expect.poll(async () => (await shop.rows()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count)
  return shop.rows()
}
const untilDistinct = async (count: number): Promise<Row[]> => {
  await expect.poll(async () => distinct(await shop.rows()).length, { timeout: 20_000 }).toBe(count)
  return distinct(await shop.rows())
}
/** A page that is left hands its events to the browser and, with consent, to the next page: one may arrive twice. */
const distinct = (rows: readonly Row[]) => [...new Map(rows.map((row) => [row.event_id, row])).values()]
/** Sent = stored = distinct. */
const expectEach = (rows: readonly Row[], events: readonly string[]) => {
  expect(names(rows)).toEqual(events)
  expect(new Set(rows.map((row) => row.event_id)).size).toBe(events.length)
}
const consent = (analytics: boolean) => run(`sillage.consent({ analytics: ${analytics}, ads: ${analytics} })`)
const kept = async () => ({
  cookies: (await context.cookies()).map(({ name }) => name),
  stored: (await run('Object.keys(localStorage).concat(Object.keys(sessionStorage))')) as string[],
})

describe('without consent', () => {
  it('keeps nothing in the browser, names nobody, and tells once where the visit came from', async () => {
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.postData() ?? ''))
    await open('/lips?utm_source=letter&utm_campaign=spring&gclid=click-7&mail=ann')
    await run(`sillage.track('login', { customerId: 'customer-7', email: 'ann@example.org' })`)
    await run(`sillage.track('search', { searchTerm: 'ann' })`)
    await run(`history.pushState({}, '', '/eyes?who=ann')`)
    await page.waitForTimeout(50)
    await run(`sillage.track('purchase', { transactionId: 't1', value: 0.1 + 0.2, currency: 'EUR' })`)
    const rows = await untilStored(5)
    expectEach(rows, ['page_view', 'login', 'search', 'page_view', 'purchase'])
    expect(JSON.stringify(rows) + sent.join()).not.toMatch(/ann|click-7|customer-7|anonymous_id|"ip"/)
    expect(sent.join()).toContain('purchase')
    expect(rows[0]).toMatchObject({
      page_url: `${shop.origin}/lips`,
      page_title: 'Lips',
      utm_source: 'letter',
      utm_campaign: 'spring',
      consent_analytics: 'unknown',
      language: 'fr-FR',
      device_type: 'desktop',
      browser: 'Chrome',
      operating_system: 'Windows',
    })
    expect(rows[3]).toMatchObject({ page_url: `${shop.origin}/eyes`, referrer: `${shop.origin}/lips` })
    expect(rows.filter((row) => row.utm_source)).toHaveLength(1)
    expect(rows[4]).toMatchObject({ transaction_id: 't1', value: '0.30', currency: 'EUR' })
    expect(await kept()).toEqual({ cookies: [], stored: [] })
  })

  it('keeps only the refusal when the visitor refuses, and takes back what was kept', async () => {
    await open()
    await consent(true)
    expect((await kept()).cookies).toEqual(['sillage_id'])
    await consent(false)
    expect(await kept()).toEqual({ cookies: [], stored: ['sillage.consent'] })
    await open('/next')
    const rows = await untilDistinct(4)
    expect(
      rows.map((row) => [row.event_name, row.consent_analytics, row.anonymous_id !== undefined]),
    ).toEqual([
      ['page_view', 'unknown', false],
      ['consent_change', 'granted', true],
      ['consent_change', 'denied', false],
      ['page_view', 'denied', false],
    ])
  })

  it('takes Global Privacy Control for a no to everything', async () => {
    await context.addInitScript(
      `Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })`,
    )
    await open()
    await consent(true)
    await run(`sillage.track('product_view', { sku: 's1' })`)
    const rows = await untilStored(2)
    expectEach(rows, ['page_view', 'product_view'])
    for (const row of rows) {
      expect(row).toMatchObject({ consent_analytics: 'denied', consent_ads_personalisation: 'denied' })
      expect(row).not.toHaveProperty('anonymous_id')
    }
    expect(await kept()).toEqual({ cookies: [], stored: [] })
  })
})

describe('with consent', () => {
  it('given later, tells the visit’s source with its click ids from then on, in the whole session', async () => {
    await open('/lips?utm_source=letter&gclid=abc')
    await consent(true)
    await open('/cart')
    await run(`sillage.track('add_to_cart', { sku: 's1', quantity: 2, value: 24.9, currency: 'EUR' })`)
    const rows = await untilDistinct(4)
    expectEach(rows, ['page_view', 'consent_change', 'page_view', 'add_to_cart'])
    expect(rows[0]).not.toHaveProperty('gclid')
    for (const row of rows.slice(1)) expect(row).toMatchObject({ utm_source: 'letter', gclid: 'abc' })
    expect(new Set(rows.slice(1).map((row) => row.anonymous_id)).size).toBe(1)
    expect(rows[2]).not.toHaveProperty('referrer')
    expect(rows[3]).toMatchObject({ sku: 's1', quantity: '2', value: '24.90', ip: '127.0.0.0' })
  })

  it('counts a choice and events made before the script came', async () => {
    await context.addInitScript(`
      window.sillage = { q: [['track', ['product_view', { sku: 's1' }]], ['consent', [{ analytics: true }]], ['nonsense', []]] }`)
    await open()
    const rows = await untilStored(3)
    expectEach(rows, ['consent_change', 'page_view', 'product_view'])
    expect(new Set(rows.map((row) => row.anonymous_id)).size).toBe(1)
  })

  it('knows the customer of the page until logout', async () => {
    await open()
    await consent(true)
    await run(`sillage.track('login', { customerId: 'c1', email: 'Ann@example.org' })`)
    await run(`sillage.track('product_view', { sku: 's1' })`)
    await run('sillage.reset()')
    await run(`sillage.track('product_view', { sku: 's2' })`)
    const rows = await untilStored(5)
    expect(rows.map((row) => row.customer_id)).toEqual([undefined, undefined, 'c1', 'c1', undefined])
    expect(rows[2]?.email).toBe('Ann@example.org')
  })

  it('counts pages of a shop that changes its address without loading, each once', async () => {
    await open('/a')
    await run(`history.pushState({}, '', '/b')`)
    await page.waitForTimeout(20)
    await run(`history.replaceState({}, '', '/b#top')`)
    await run(`history.replaceState({}, '', '/b?colour=red')`)
    await page.waitForTimeout(20)
    await page.goBack()
    const rows = await untilStored(4)
    expect(rows.map((row) => new URL(row.page_url ?? '').pathname)).toEqual(['/a', '/b', '/b', '/a'])
    await open('/c?attributes=data-pages%3Dmanual')
    await run(`sillage.track('page_view', { pageTitle: 'By hand' })`)
    expect((await untilStored(5)).map((row) => row.page_title).at(-1)).toBe('By hand')
    expect(distinct(await shop.rows())).toHaveLength(5)
  })
})

describe('whatever happens on the way', () => {
  it('sends what happened offline when the network is back', async () => {
    await open()
    await consent(true)
    await untilStored(2)
    await context.setOffline(true)
    for (let n = 0; n < 45; n++) await run(`sillage.track('product_view', { sku: 's${n}' })`)
    await page.waitForTimeout(1500)
    expect(await shop.rows()).toHaveLength(2)
    await context.setOffline(false)
    const rows = await untilStored(47)
    expectEach(rows, ['page_view', 'consent_change', ...Array.from({ length: 45 }, () => 'product_view')])
  })

  it('sends again what the collector could not store', async () => {
    shop.fault.error = new PlatformError('log.unavailable', 'log: away', { canRetry: true })
    await open()
    await run(`sillage.track('search', { searchTerm: 'x' })`)
    await expect.poll(() => shop.requests(), { timeout: 10_000 }).toBeGreaterThan(0)
    await page.waitForTimeout(500)
    shop.fault.error = undefined
    expectEach(await untilStored(2), ['page_view', 'search'])
    expect(shop.requests()).toBeLessThan(5)
  })

  it('hands over to the browser what is left when a page is left or closed', async () => {
    await open()
    await consent(false)
    await run(`sillage.track('product_view', { sku: 's1' })`)
    await page.goto('about:blank')
    expectEach(await untilDistinct(3), ['page_view', 'consent_change', 'product_view'])
    const other = await context.newPage()
    await open('/other', other)
    await run(`sillage.track('product_view', { sku: 's2' })`, other)
    await other.close({ runBeforeUnload: true })
    expectEach(await untilDistinct(5), [
      'page_view',
      'consent_change',
      'product_view',
      'page_view',
      'product_view',
    ])
  })

  it('keeps for the next page what was not stored when one is closed, with consent', async () => {
    await open()
    await consent(true)
    await untilStored(2)
    shop.fault.error = new PlatformError('log.unavailable', 'log: away', { canRetry: true })
    await run(`sillage.track('purchase', { transactionId: 't1', value: 12, currency: 'EUR' })`)
    await page.close({ runBeforeUnload: true })
    page = await context.newPage()
    shop.fault.error = undefined
    await open('/later')
    expectEach(await untilDistinct(4), ['page_view', 'consent_change', 'purchase', 'page_view'])
    await expect
      .poll(() => kept().then(({ stored }) => stored.filter((key) => key.startsWith('sillage.queue'))))
      .toEqual([])
  })

  it('does not disturb a page whose origin is refused, and does not hammer the collector', async () => {
    await page.goto(shop.foreignOrigin)
    await page.waitForFunction('typeof sillage === "object" && !sillage.q')
    await run(`sillage.track('product_view', { sku: 's1' })`)
    await page.waitForTimeout(5_000)
    expect(await shop.rows()).toEqual([])
    expect(shop.requests()).toBeGreaterThan(0)
    expect(shop.requests()).toBeLessThan(5)
  })

  it('goes on where the browser forbids to keep anything', async () => {
    await context.addInitScript(`
      Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError') } })
      Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })`)
    await open()
    await consent(true)
    await run(`sillage.track('product_view', { sku: 's1' })`)
    const rows = await untilStored(3)
    expectEach(rows, ['page_view', 'consent_change', 'product_view'])
    expect(rows[2]).not.toHaveProperty('anonymous_id')
  })

  it('tells in the console what was refused and why, and does not send it again', async () => {
    const warnings: string[] = []
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
    await open()
    await run(`sillage.track('dance'); sillage.track('product_view', { sku: 's1' })`)
    expectEach(await untilStored(2), ['page_view', 'product_view'])
    await expect
      .poll(() => warnings.join(), { timeout: 10_000 })
      .toMatch(/"index":1,"reason":"unknown_value","column":"event_name"/)
    await page.waitForTimeout(1_500)
    expect(shop.requests()).toBe(1)
    await open('/?attributes=data-key%3Dwk_old')
    await expect
      .poll(() => warnings.join(), { timeout: 10_000 })
      .toMatch(/sillage: unknown_key. The write key is missing or unknown/)
  })

  it('tracks once a page that asks for the script twice', async () => {
    await open()
    await page.addScriptTag({ url: (await run('document.querySelector("script[src]").src')) as string })
    await page.waitForTimeout(1_500)
    expectEach(await untilStored(1), ['page_view'])
  })
})

describe('the script', () => {
  it('is less than 4 kB', async () => {
    const script = await readFile(join(shop.trackerDir, 'sillage.js'))
    expect(gzipSync(script, { level: 9 }).length).toBeLessThan(4_000)
  })

  it('is kept by browsers for an hour and asked for again by its tag', async () => {
    await open()
    const src = (await run('document.querySelector("script[src]").src')) as string
    const first = await fetch(src)
    expect(first.headers.get('cache-control')).toBe('public, max-age=3600, stale-while-revalidate=86400')
    expect(first.headers.get('content-encoding')).toBe('gzip')
    expect(await first.text()).toBe(await readFile(join(shop.trackerDir, 'sillage.js'), 'utf8'))
    const again = await fetch(src, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
    expect(await (await fetch(src.replace(/js$/, 'd.ts'))).text()).toContain('interface Sillage')
  })

  it('has types that know what an event needs', () => {
    const check = (sillage: Sillage) => {
      sillage.track('page_view')
      sillage.track('purchase', { transactionId: 't1', value: 12.5, currency: 'EUR' })
      // @ts-expect-error a purchase has an order
      sillage.track('purchase', { value: 12.5 })
      // @ts-expect-error there is no such event
      sillage.track('dance')
      // @ts-expect-error a search has a term
      sillage.track('search')
      // @ts-expect-error a choice is yes or no
      sillage.consent({ analytics: 'granted' })
    }
    expect(check).toBeTypeOf('function')
  })
})
