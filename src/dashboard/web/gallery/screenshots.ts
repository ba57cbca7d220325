import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'vite'
import { openBrowser } from './browser.ts'

export interface Shot {
  /** Name in the gallery: `overview.data`, `progress-building`, … */
  readonly piece: string
  readonly language: 'en' | 'fr'
  readonly theme: 'light' | 'dark'
  readonly widthPx: number
  /** The whole page rather than the first screen. */
  readonly isWhole?: boolean
}

/** Draws gallery pieces in a real browser and writes them as `<piece>-<language>-<theme>-<width>.png`. */
export async function takeScreenshots(directory: string, shots: readonly Shot[], browserPath?: string) {
  mkdirSync(directory, { recursive: true })
  const server = await createServer({ server: { port: 0, strictPort: false, proxy: {} }, logLevel: 'error' })
  await server.listen()
  const browser = await openBrowser(browserPath)
  const written: string[] = []
  try {
    for (const { piece, language, theme, widthPx, isWhole } of shots) {
      const page = await browser.newPage({
        viewport: { width: widthPx, height: widthPx < 600 ? 844 : 900 },
        deviceScaleFactor: widthPx < 600 ? 2 : 1,
        reducedMotion: 'reduce',
      })
      const address = `${server.resolvedUrls?.local[0]}gallery/?piece=${piece}&lang=${language}&theme=${theme}`
      await page.goto(address, { waitUntil: 'networkidle' })
      await page.evaluate(() => document.fonts.ready)
      await page.waitForFunction(() =>
        [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('svg')),
      )
      const path = join(directory, `${piece}-${language}-${theme}-${widthPx}.png`)
      await page.screenshot({ path, fullPage: isWhole ?? true })
      written.push(path)
      await page.close()
    }
  } finally {
    await browser.close()
    await server.close()
  }
  return written
}

const shot = (
  piece: string,
  language: Shot['language'],
  theme: Shot['theme'],
  widthPx: number,
  isWhole = true,
): Shot => ({ piece, language, theme, widthPx, isWhole })

/** The pictures of the documentation. */
const documented: readonly Shot[] = [
  shot('overview.data', 'en', 'light', 1440),
  shot('overview.data', 'fr', 'light', 1440, false),
  shot('overview.data', 'fr', 'dark', 390, false),
  shot('channels.data', 'en', 'dark', 1440),
  shot('health.data', 'fr', 'light', 1440),
  shot('live.data', 'en', 'light', 1440),
  shot('live.data', 'fr', 'dark', 390, false),
  shot('progress-building', 'en', 'light', 1440),
]

/** Every page in every state at both widths, in both languages and themes. */
const every: readonly Shot[] = ['overview', 'channels', 'live', 'health'].flatMap((page) =>
  ['data', 'empty', 'loading', 'stale', 'error', 'retailer', 'web-only'].flatMap((state) =>
    [1440, 390].flatMap((widthPx) => [
      shot(`${page}.${state}`, 'en', 'light', widthPx),
      shot(`${page}.${state}`, 'fr', 'dark', widthPx),
    ]),
  ),
)

if (import.meta.main) {
  const [directory = 'docs/images', which] = process.argv.slice(2)
  for (const path of await takeScreenshots(directory, which === 'every' ? every : documented))
    console.log(path)
}
