import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { createCollector } from '../../src/ingestion/collector/create-collector.ts'
import { snippet } from '../../src/ingestion/collector/snippet.ts'
import { openTestLog, storedRecords } from '../ingestion/collector/stored-records.ts'

export type Row = Record<string, string>

/** A shop's site and the collector it sends to, each a server of its own, and the log behind. */
export async function openTrackedShop() {
  const trackerDir = await buildTracker()
  const { log, fault, close: closeLog } = await openTestLog()
  const site = createServer((request, response) => {
    const attributes = new URL(request.url ?? '/', 'http://site').searchParams.get('attributes') ?? ''
    response.setHeader('content-type', 'text/html')
    response.end(page(attributes))
  })
  const port = await new Promise<number>((done) =>
    site.listen(0, '127.0.0.1', () => done((site.address() as { port: number }).port)),
  )
  const origin = `http://127.0.0.1:${port}`
  const source = { name: 'site', writeKey: 'wk_site', origins: [origin] }
  const collector = await createCollector({ log, sources: [source], trackerDir })
  let requests = 0
  collector.server.on('request', ({ method, url }: { method: string; url: string }) => {
    if (method === 'POST' && url.startsWith('/v1/')) requests++
  })
  const collectorUrl = await collector.listen({ port: 0, host: '127.0.0.1' })
  const head = snippet({ address: collectorUrl, writeKey: source.writeKey })
  const page = (attributes: string) =>
    `<!doctype html><title>Lips</title><body>${head.replace('data-key', `${attributes} data-key`)}</body>`

  return {
    origin,
    /** The same site under an origin that the source does not list. */
    foreignOrigin: `http://localhost:${port}`,
    trackerDir,
    fault,
    requests: () => requests,
    async rows(): Promise<Row[]> {
      const records = await storedRecords(log)
      return records
        .map(({ value }) => JSON.parse(value) as Row)
        .sort((one, other) => ((one.occurred_at ?? '') < (other.occurred_at ?? '') ? -1 : 1))
    },
    async close() {
      site.closeAllConnections()
      await new Promise((done) => site.close(done))
      collector.server.closeAllConnections()
      await collector.close()
      await closeLog()
      await rm(trackerDir, { recursive: true, force: true })
    },
  }
}

async function buildTracker(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'sillage-tracker-'))
  const configFile = resolve(import.meta.dirname, '../../vite.tracker.config.ts')
  await build({ configFile, build: { outDir, emptyOutDir: true }, logLevel: 'error' })
  return outDir
}
