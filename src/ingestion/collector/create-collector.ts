import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Observer, silentObserver } from '../../contracts/observer.ts'
import { topics } from '../../contracts/topics.ts'
import type { EventLog } from '../event-log/event-log.ts'
import { type CollectorLimits, defaultLimits } from './collector-limits.ts'
import { readBatch } from './event-batch.ts'
import { createEventIntake, type Receipt } from './event-intake.ts'
import { createEventSources, type EventSource, isOriginOf } from './event-source.ts'
import type { Visitor } from './judge-event.ts'
import { pixelEvent, transparentGif } from './pixel.ts'
import { createRateLimit } from './rate-limit.ts'
import { answerRefusal, Refusal } from './refusal.ts'
import { createBytesInFlight, type HeldBody, readBody } from './request-body.ts'
import { serveTracker } from './serve-tracker.ts'

export interface CollectorOptions {
  readonly log: EventLog
  /** As they are, or a function that returns the same list until they change. */
  readonly sources: readonly EventSource[] | (() => readonly EventSource[])
  /** Folder of the built tracker; without it its addresses answer 404. */
  readonly trackerDir?: string
  /** Addresses and networks whose `X-Forwarded-For` is believed, like `10.0.0.0/8`; default none. */
  readonly trustedProxies?: readonly string[]
  readonly limits?: Partial<CollectorLimits>
  /**
   * Counts `collector_events` by source, outcome and reason, and `collector_unknown_fields` (events that had some) by
   * source; told when the log fails and is back.
   */
  readonly observer?: Observer
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: () => number
}

/** A sender's clock is taken as right within this. */
const toleratedLagMs = 300_000
const takenTypes = /^(application\/json|text\/plain)\b|^$/

type EventRequest = FastifyRequest<{ Querystring: Record<string, unknown> }>

/** Builds the collector, not yet listening; makes its topic where it is missing. Closing waits for what is under way. */
export async function createCollector(options: CollectorOptions): Promise<FastifyInstance> {
  const { log, observer = silentObserver, nowMs = Date.now } = options
  const limits = { ...defaultLimits, ...options.limits }
  const sources = createEventSources(
    typeof options.sources === 'function' ? options.sources : () => options.sources as readonly EventSource[],
  )
  const inFlight = createBytesInFlight(limits.bytesInFlight)
  const limitOf = (perSecond: number) =>
    createRateLimit({ perSecond, burst: perSecond * limits.burstSeconds }, nowMs)
  const sourceLimit = limitOf(limits.eventsPerSecondOfSource)
  const addressLimit = limitOf(limits.eventsPerSecondOfAddress)
  const intake = createEventIntake(log, observer, nowMs)
  await log.createTopic(topics.webEvents)

  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    forceCloseConnections: 'idle',
    http: { headersTimeout: limits.headersTimeoutMs, connectionsCheckingInterval: 1_000 },
  })
  app.server.maxConnections = limits.connections

  /** The source a request names, let in and within its rate. */
  const admit = (request: FastifyRequest, writeKey: string): EventSource => {
    const source = sources.byKey(writeKey)
    if (source === undefined) throw new Refusal('unknown_key')
    const { origin } = request.headers
    if (origin !== undefined && !isOriginOf(source, origin)) throw new Refusal('origin_refused')
    refuseWhile(sourceLimit.waitMs(source.name))
    return source
  }
  const spend = (request: FastifyRequest, source: EventSource, events: number) => {
    sourceLimit.spend(source.name, events)
    addressLimit.spend(networkOf(request.ip), events)
  }

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
    if (!takenTypes.test(type.trim())) throw new Refusal('unknown_type')
    return readBody(request.raw, limits, inFlight)
  })
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    if (error instanceof Refusal) return answerRefusal(reply, error)
    const status = error.statusCode ?? 500
    return reply.code(status).send({
      error: status < 500 ? (error.code ?? 'bad_request') : 'internal',
      message: status < 500 ? error.message : 'The collector failed; the events were not stored.',
    })
  })
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ error: 'not_found', message: `There is nothing at ${request.url.slice(0, 200)}.` }),
  )

  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (!request.url.startsWith('/v1/')) return
    reply.header('vary', 'origin')
    if (origin !== undefined && sources.letIn(origin))
      reply
        .header('access-control-allow-origin', origin)
        .header('access-control-expose-headers', 'retry-after')
    if (request.method === 'OPTIONS') return
    refuseWhile(addressLimit.waitMs(networkOf(request.ip)))
    // A key that stands in the head is judged before the body is read.
    const writeKey = keyInHead(request as EventRequest)
    if (writeKey !== undefined && request.method === 'POST') admit(request, writeKey)
  })

  // A connection whose answer was under way when the collector began to close would keep it waiting for another request.
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done()
  })

  app.options('/v1/events', async (_request, reply) =>
    reply
      .code(204)
      .header('access-control-allow-methods', 'POST')
      .header('access-control-allow-headers', 'content-type, content-encoding, x-write-key')
      .header('access-control-max-age', '86400')
      .send(),
  )

  app.post('/v1/events', async (request: EventRequest, reply) => {
    const body = request.body as HeldBody | undefined
    try {
      const receipt = await takeBody(request, body?.bytes ?? Buffer.alloc(0))
      return answerReceipt(reply, receipt)
    } finally {
      inFlight.release(body?.heldBytes ?? 0)
    }
  })

  const takeBody = async (request: EventRequest, bytes: Buffer): Promise<Receipt> => {
    const receivedAt = new Date(nowMs())
    const batch = readBatch(bytes)
    const writeKey = keyInHead(request) ?? (batch.outcome === 'batch' ? batch.writeKey : undefined) ?? ''
    const source = admit(request, writeKey)
    if (batch.outcome === 'unreadable') {
      spend(request, source, 1)
      await intake.setAside(batch.text, batch.reason, source.name, receivedAt)
      throw new Refusal('malformed_body')
    }
    if (batch.events.length > limits.eventsPerRequest) throw new Refusal('too_many_events')
    spend(request, source, Math.max(1, batch.events.length))
    const lagMs = batch.sentAtMs === undefined ? 0 : receivedAt.getTime() - batch.sentAtMs
    return intake.take(batch.events, source.name, {
      receivedAt,
      clockLagMs: Math.abs(lagMs) > toleratedLagMs ? lagMs : 0,
      visitor: request.headers.origin === undefined ? undefined : visitorOf(request),
    })
  }

  app.get('/v1/pixel.gif', async (request: EventRequest, reply) => {
    reply.type('image/gif').header('cache-control', 'no-store')
    reply.header('cross-origin-resource-policy', 'cross-origin')
    try {
      const source = admit(request, keyInHead(request) ?? '')
      spend(request, source, 1)
      const receivedAt = new Date(nowMs())
      const event = pixelEvent(request.query, request.headers.referer, receivedAt)
      const circumstances = { receivedAt, clockLagMs: 0, visitor: visitorOf(request) }
      const { refused } = await intake.take([event], source.name, circumstances)
      for (const { reason, column } of refused)
        reply.code(400).header('x-refused', column === undefined ? reason : `${reason} ${column}`)
    } catch (error) {
      // A broken image would show in the e-mail or the page.
      if (!(error instanceof Refusal)) throw error
      reply.code(error.statusCode).header('x-refused', error.reason)
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds)
    }
    return reply.send(transparentGif)
  })

  app.get('/healthz', async (_request, reply) => {
    const isHealthy = intake.isHealthy()
    return reply
      .code(isHealthy ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isHealthy ? 'ok' : 'log_unavailable', bytesInFlight: inFlight.count })
  })

  await serveTracker(app, options.trackerDir, sources)
  return app
}

function keyInHead(request: EventRequest): string | undefined {
  const inHeader = request.headers['x-write-key']
  const given = typeof inHeader === 'string' ? inHeader : request.query.key
  return typeof given === 'string' ? given : undefined
}

function refuseWhile(waitMs: number): void {
  if (waitMs > 0) throw new Refusal('rate_limited', waitMs)
}

const visitorOf = ({ ip, headers }: FastifyRequest): Visitor => ({
  ip,
  userAgent: headers['user-agent'],
  language: headers['accept-language']?.split(/[,;]/)[0]?.trim().slice(0, 32) || undefined,
})

/** What one household or office shares, as far as its address tells. */
function networkOf(ip: string): string {
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip
  return (ip.split('::')[0] ?? '').split(':').slice(0, 4).join(':')
}

function answerReceipt(reply: FastifyReply, receipt: Receipt): FastifyReply {
  const { accepted, refused } = receipt
  return reply.code(accepted === 0 && refused.length > 0 ? 400 : 200).send(receipt)
}
