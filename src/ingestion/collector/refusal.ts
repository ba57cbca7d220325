import type { FastifyReply } from 'fastify'

/** Why a whole request is refused, with its status; those that may be sent again say when. */
export const refusals = {
  unknown_key: [
    401,
    'The write key is missing or unknown; it is in the snippet, and `sillage sources list` shows it.',
  ],
  origin_refused: [
    403,
    'Pages of this origin may not send to this source; add it with `sillage sources add`.',
  ],
  too_large: [413, 'The request is larger than the collector takes; send fewer events at once.'],
  too_many_events: [413, 'The request has more events than the collector takes at once.'],
  unknown_type: [415, 'Send JSON as application/json or text/plain.'],
  unknown_encoding: [415, 'Send the body as it is or with gzip.'],
  broken_encoding: [400, 'The body is not the gzip it says it is.'],
  malformed_body: [400, 'The body is not JSON: an event, an array of events, or { "events": [ … ] }.'],
  rate_limited: [429, 'Too many events at once; send again later.'],
  overloaded: [503, 'The collector is busy; send again later.'],
  log_unavailable: [503, 'The events could not be stored; send them again later.'],
} as const satisfies Record<string, readonly [number, string]>

export type RefusalReason = keyof typeof refusals

/** Thrown on the way of one request and answered by the collector; never seen outside of it. */
export class Refusal extends Error {
  readonly reason: RefusalReason
  readonly retryAfterSeconds: number | undefined
  readonly statusCode: number

  constructor(reason: RefusalReason, retryAfterMs?: number) {
    super(refusals[reason][1])
    this.reason = reason
    this.statusCode = refusals[reason][0]
    this.retryAfterSeconds =
      retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(retryAfterMs / 1000))
  }
}

/** Answers it; the connection is closed after a body that nobody reads to its end. */
export function answerRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds))
  if (!reply.request.raw.complete) reply.header('connection', 'close')
  return reply.code(refusal.statusCode).send({ error: refusal.reason, message: refusal.message })
}
