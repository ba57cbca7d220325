import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Opens a browser: the one named, else one installed, else the one from npm (Linux). */
export async function openBrowser(named?: string): Promise<Browser> {
  const path = named ?? installed.find((candidate) => existsSync(candidate))
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--hide-scrollbars']
  try {
    if (path !== undefined) return await chromium.launch({ executablePath: path, args })
    const { default: bundled } = await import('@sparticuz/chromium')
    return await chromium.launch({ executablePath: await bundled.executablePath(), args })
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new Error(
      `browser: none could be started (${reason}); install Chromium or Chrome, or on Debian and Ubuntu \`apt-get install -y libnss3\`, or set SILLAGE_BROWSER to a browser's path`,
      { cause: error },
    )
  }
}
