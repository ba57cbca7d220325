import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDashboard } from '../../../src/dashboard/api/create-dashboard.ts'
import { openBrowser } from '../../../src/dashboard/web/gallery/browser.ts'
import { demoRows } from '../demo-rows.ts'
import { emptyDataFolder, publishRows } from '../gold-lake.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let app: FastifyInstance
let address: string
let dataDir: string
let webDir: string
let page: Page
const problems: string[] = []

beforeAll(async () => {
  browser = await openBrowser(process.env.SILLAGE_BROWSER)
  webDir = await mkdtemp(join(tmpdir(), 'sillage-web-'))
  await build({ build: { outDir: webDir, emptyOutDir: true }, logLevel: 'error' })
  dataDir = await emptyDataFolder()
  app = await createDashboard({
    dataDir,
    webDir,
    pollMs: 50,
    progress: {
      isWorking: () => true,
      stages: () => [
        { stage: 'land', state: 'progress', done: 4, total: 10, unit: 'records' },
        { stage: 'silver', state: 'waiting' },
      ],
    },
  })
  address = await app.listen({ port: 0, host: '127.0.0.1' })
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
})

afterAll(async () => {
  await browser?.close()
  await app?.close()
  for (const folder of [dataDir, webDir]) if (folder) await rm(folder, { recursive: true, force: true })
})

interface Violation {
  id: string
  impact: string
  nodes: { html: string }[]
}

async function seriousViolations(): Promise<string[]> {
  await page.evaluate(axeSource)
  const violations = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
  )) as Violation[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

describe('the built app in a browser', () => {
  it('shows the stages and turns into the dashboard without a reload', async () => {
    await page.goto(`${address}/?lang=en`)
    await page.getByText('Check and land every record').waitFor()
    await page.getByText('4 / 10 records').waitFor()
    expect(await seriousViolations()).toEqual([])
    await page.evaluate('window.stayed = true')
    await publishRows(dataDir, demoRows(200), '2026-11-21T12:00:00Z')
    await page.getByRole('heading', { level: 1, name: /Marketing returned €\d/ }).waitFor()
    expect(await page.evaluate('window.stayed')).toBe(true)
    await page.getByText('Demo data: a simulated shop.').waitFor()
    await page.getByText('Data through 21 Nov 2026 · Europe/Paris').waitFor()
  })

  it('keeps dates, comparison, model and language in the address', async () => {
    await page.getByRole('combobox', { name: 'Dates' }).selectOption('last_28')
    await page.getByLabel('Attribution model').selectOption('linear')
    await page.getByLabel('Compared with').selectOption('none')
    expect(new URL(page.url()).search).toBe('?range=last_28&compare=none&model=linear&lang=en')
    await page.getByRole('link', { name: 'Channels & campaigns' }).click()
    await page.getByRole('heading', { name: 'Where does the money come back?' }).waitFor()
    expect(page.url()).toContain('/channels?range=last_28&compare=none&model=linear')
    await page.getByText('“Linear”').first().waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'From sales to profit' }).waitFor()
    await page.reload()
    expect(await page.getByLabel('Attribution model').inputValue()).toBe('linear')
  })

  it('explains a metric to the keyboard and closes with Escape', async () => {
    await page.getByRole('button', { name: 'Net revenue', exact: true }).first().focus()
    const tooltip = page.getByRole('tooltip')
    await tooltip.waitFor()
    expect(await tooltip.innerText()).toContain('gross − discounts − VAT − refunds')
    await page.keyboard.press('Escape')
    await tooltip.waitFor({ state: 'hidden' })
  })

  it('sorts a table by keyboard and offers chart numbers as a table and CSV', async () => {
    await page.goto(`${address}/channels?lang=en`)
    const table = page.getByRole('table', { name: 'Channels, by contribution credited' })
    const heading = table.getByRole('columnheader', { name: /^Cost Sort by Cost$/ })
    await heading.getByRole('button', { name: 'Sort by Cost' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('descending')
    const csv = page.getByRole('link', { name: /Download “How much does the answer depend/ })
    const response = await page.request.get(new URL((await csv.getAttribute('href'))!, address).href)
    expect(await response.text()).toContain('contribution_return')
    await page.getByRole('button', { name: 'Table' }).last().click()
    expect(await page.getByRole('button', { name: 'Chart' }).count()).toBe(1)
  })

  it.each(['en', 'fr'])('has no serious accessibility violation in %s, light and dark', async (language) => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      for (const path of ['/', '/channels', '/health']) {
        await page.goto(`${address}${path}?lang=${language}`)
        await page.locator('h1').waitFor()
        await page.waitForLoadState('networkidle')
        expect(await page.locator('html').getAttribute('data-theme')).toBe(theme)
        expect(await page.locator('html').getAttribute('lang')).toBe(language)
        expect(await seriousViolations(), `${path} ${language} ${theme}`).toEqual([])
      }
    }
  })

  it('fits a phone: nothing but tables scrolls sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    for (const path of ['/', '/channels', '/health']) {
      await page.goto(`${address}${path}?lang=fr`)
      await page.locator('h1').waitFor()
      await page.waitForLoadState('networkidle')
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(390)
    }
  })

  it('reported no error to the console', () => {
    expect(problems).toEqual([])
  })
})
