import { existsSync } from 'node:fs'
import { sep } from 'node:path'
import compress from '@fastify/compress'
import serveStatic from '@fastify/static'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { ApiError } from '../../contracts/dashboard.ts'
import type { LogHealth } from '../../contracts/data-health.ts'
import { PlatformError } from '../../contracts/errors.ts'
import { type DuckDb, openDuckDb } from '../../database/duckdb.ts'
import { csvText } from './csv.ts'
import { csvTables } from './csv-tables.ts'
import { health } from './health-queries.ts'
import { absentLive, type LiveFeed, LiveStream } from './live-stream.ts'
import { liveRows, liveTables } from './live-tables.ts'
import { logTables } from './log-tables.ts'
import { campaigns, channels } from './marketing-queries.ts'
import { followOperations } from './operations.ts'
import { idleProgress, type ProgressFeed } from './progress-feed.ts'
import { followPublishedGold, type Publication } from './published-gold.ts'
import { type AskedScope, type Question, questionSchema, scopeOf } from './scope.ts'
import { cohorts, overview, products } from './shop-queries.ts'
import { StatusStream, statusOf } from './status-stream.ts'

export interface DashboardOptions {
  readonly dataDir: string
  /** Folder of the built web app. */
  readonly webDir: string
  /** Work of this process to show before the first publication. */
  readonly progress?: ProgressFeed
  /** What happens on the site now; without it the Live page says that this server does not follow it. */
  readonly live?: LiveFeed
  /** Database to hold the published tables in; default one of its own, closed with the server. */
  readonly db?: DuckDb
  /** How the event log stands; default: the shop has none. */
  readonly logHealth?: () => Promise<LogHealth>
  /**
   * Names it may be asked under; any when absent. A web page that makes its own name lead to this machine would else
   * read everything here through the browser of whoever looks at it.
   */
  readonly hostNames?: readonly string[]
  /** How often the pointer is looked at, in milliseconds; default 500. */
  readonly pollMs?: number
}

type Answer<T> = (db: DuckDb, publication: Publication, scope: AskedScope) => Promise<T>

/** Builds the server of API and web app, not yet listening; it starts before anything is published. */
export async function createDashboard(options: DashboardOptions): Promise<FastifyInstance> {
  const { dataDir, webDir, progress = idleProgress, pollMs = 500 } = options
  const { logHealth = async () => noLog(dataDir) } = options
  const db = options.db ?? (await openDuckDb({ memoryLimit: '1GiB' }))
  const gold = followPublishedGold(dataDir, db)
  const operations = followOperations(dataDir, db)
  const stream = new StatusStream()
  const { live = absentLive } = options
  const liveStream = new LiveStream(live)
  const app = fastify({
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false } },
  })

  await app.register(compress, { global: true, threshold: 2_048, encodings: ['br', 'gzip'] })
  app.setErrorHandler(sendError)
  app.addHook('onRequest', async ({ hostname }, reply) => {
    if (options.hostNames?.includes(hostname.toLowerCase()) ?? true) return
    return reply.code(421).send({
      code: 'query.invalid',
      message: `the dashboard is not asked under the name ${hostname}; add it to SILLAGE_HOST_NAMES if it is to be`,
    } satisfies ApiError)
  })
  // The address of an answer stays the same while the data behind it changes.
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })

  const answer = <T>(path: string, of: Answer<T>) =>
    app.get<{ Querystring: Question }>(path, { schema: { querystring: questionSchema } }, async (request) => {
      const publication = gold.current()
      return of(db, publication, scopeOf(request.query, publication.shop))
    })

  app.get('/api/status', async () => statusOf(gold, progress))
  app.get('/api/events', (_request, reply) => {
    reply.hijack()
    stream.join(reply.raw, statusOf(gold, progress))
  })
  app.get('/api/live', (_request, reply) => {
    reply.hijack()
    liveStream.join(reply.raw)
  })
  for (const table of liveTables) {
    app.get(`/api/live-${table}.csv`, async (_request, reply) => {
      const view = live.view()
      reply.type('text/csv; charset=utf-8')
      reply.header('content-disposition', `attachment; filename="live-${table}-${view.now.slice(0, 16)}.csv"`)
      return csvText(liveRows(view, table))
    })
  }
  answer('/api/shop', async (_db, { shop }) => shop)
  answer('/api/overview', overview)
  answer('/api/channels', channels)
  answer('/api/campaigns', campaigns)
  answer('/api/products', products)
  answer('/api/cohorts', cohorts)
  answer('/api/health', async (...asked) => {
    await operations.refresh()
    return health(...asked)
  })
  app.get('/api/log', () => logHealth())
  for (const [name, rows] of Object.entries(logTables)) {
    app.get(`/api/log-${name}.csv`, async (_request, reply) => {
      const text = csvText(rows(await logHealth()))
      const minute = new Date().toISOString().slice(0, 16)
      reply.type('text/csv; charset=utf-8')
      reply.header('content-disposition', `attachment; filename="log-${name}-${minute}.csv"`)
      return text
    })
  }
  for (const [name, rows] of Object.entries(csvTables)) {
    app.get<{ Querystring: Question }>(
      `/api/${name}.csv`,
      { schema: { querystring: questionSchema } },
      async (request, reply) => {
        const publication = gold.current()
        const scope = scopeOf(request.query, publication.shop)
        await operations.refresh()
        reply.type('text/csv; charset=utf-8')
        reply.header('content-disposition', `attachment; filename="${fileName(publication, name, scope)}"`)
        return csvText(await rows(db, publication, scope))
      },
    )
  }
  await serveWebApp(app, webDir)

  const follow = async () => {
    await gold.refresh()
    stream.publish(statusOf(gold, progress))
  }
  await follow()
  const timer = setInterval(follow, pollMs)
  app.addHook('preClose', async () => {
    clearInterval(timer)
    stream.close()
    liveStream.close()
  })
  app.addHook('onClose', async () => {
    await gold.refresh()
    if (options.db === undefined) db.close()
  })
  return app
}

const noLog = (dataDir: string): LogHealth => ({
  kind: null,
  dataDir,
  topics: [],
  kept: { waiting: 0, refused: 0, reason: null },
  deadLetters: [],
})

const fileName = ({ shop }: Publication, name: string, { range }: AskedScope) =>
  `${shop.id}-${name}-${range.from}-${range.to}.csv`

/** Files of the built app; every other address is a page of it and gets its one document. */
async function serveWebApp(app: FastifyInstance, webDir: string): Promise<void> {
  await app.register(serveStatic, {
    root: webDir,
    cacheControl: false,
    setHeaders: (response, path) => {
      // Vite names the files below assets after their content; the document that lists them must stay fresh.
      const isNamedByContent = path.includes(`${sep}assets${sep}`)
      response.setHeader(
        'cache-control',
        isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
    },
  })
  app.setNotFoundHandler(async (request, reply) => {
    if (/^\/(api|assets)\//.test(request.url) || request.method !== 'GET') {
      return reply
        .code(404)
        .send({ code: 'not_found', message: `no such address: ${request.url}` } satisfies ApiError)
    }
    if (!existsSync(webDir)) {
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('The web app is not built. Run `npx vite build`, or `npm start`, which does it.')
    }
    return reply.sendFile('index.html')
  })
}

/** Failures that a page tells in their own words. */
const statuses: Readonly<Record<string, number>> = {
  'query.invalid': 400,
  'pointer.missing': 503,
  'log.unavailable': 503,
  'log.damaged': 503,
}

function sendError(error: Error & { validation?: unknown }, _request: FastifyRequest, reply: FastifyReply) {
  const isPlatform = error instanceof PlatformError
  const code = error.validation ? 'query.invalid' : isPlatform ? error.code : 'internal'
  const status = statuses[code] ?? 500
  const message = status === 500 ? `the dashboard could not answer (${code})` : error.message
  return reply.code(status).send({ code, message } satisfies ApiError)
}
