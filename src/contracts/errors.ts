/** Closed list of what can go wrong in a set-up or in our own code; bad records never throw. */
export const errorCodes = [
  'adapter.broken',
  'adapter.unknown',
  'audit.failed',
  'config.invalid',
  'contract.broken',
  'contract.newer',
  'contract.unknown',
  'data.missing',
  'data.origin_mixed',
  'database.failed',
  'disk.full',
  'file.missing',
  'file.unreadable',
  'internal',
  'lake.corrupt',
  'lake.schema_conflict',
  'lake.unsupported',
  'lake.version_conflict',
  'lake.version_missing',
  'lease.held',
  'lease.lost',
  'log.damaged',
  'log.truncated',
  'log.unavailable',
  'pointer.missing',
  'port.taken',
  'python.missing',
  'query.invalid',
  'record.refused',
  'secret.changed',
  'secret.missing',
  'source.unavailable',
  'topic.unknown',
  'transform.failed',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** A failure of the set-up or of the platform; its message says area, what, expected, got and what to do. */
export class PlatformError extends Error {
  readonly code: ErrorCode
  readonly canRetry: boolean

  constructor(code: ErrorCode, message: string, options: { canRetry?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'PlatformError'
    this.code = code
    this.canRetry = options.canRetry ?? false
  }
}
