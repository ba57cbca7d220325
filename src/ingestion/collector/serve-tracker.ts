import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import type { EventSources } from './event-source.ts'
import { snippetPage } from './snippet-page.ts'

const files = [
  ['sillage.js', 'text/javascript; charset=utf-8'],
  ['sillage.d.ts', 'text/plain; charset=utf-8'],
] as const

/** Serves the script for the shop's pages with its types, and the page that says how to put it there. */
export async function serveTracker(
  app: FastifyInstance,
  trackerDir: string | undefined,
  sources: EventSources,
): Promise<void> {
  for (const [name, type] of files) {
    const content = trackerDir === undefined ? undefined : await readIfThere(join(trackerDir, name))
    if (content === undefined) continue
    const zipped = gzipSync(content, { level: 9 })
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    app.get(`/${name}`, async (request, reply) => {
      reply
        .type(type)
        .header('etag', etag)
        .header('cache-control', 'public, max-age=3600, stale-while-revalidate=86400')
        .header('vary', 'accept-encoding')
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      return takesGzip ? reply.header('content-encoding', 'gzip').send(zipped) : reply.send(content)
    })
  }

  app.get<{ Querystring: { key?: unknown } }>('/snippet', async (request, reply) => {
    const source = sources.byKey(String(request.query.key ?? ''))
    const isFrench = /^\s*fr\b/i.test(request.headers['accept-language'] ?? '')
    const address = `${request.protocol}://${request.host}`
    return reply
      .code(source === undefined ? 404 : 200)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
      .send(snippetPage(source, address, isFrench ? 'fr' : 'en', request.query.key !== undefined))
  })
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
