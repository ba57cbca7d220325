/** What one collector takes; beyond, it answers that it does not and never grows. */
export interface CollectorLimits {
  /** Of one request, as sent and after gzip. */
  readonly bodyBytes: number
  readonly unzippedBytes: number
  readonly eventsPerRequest: number
  /** Of all requests that are neither stored nor refused. */
  readonly bytesInFlight: number
  readonly connections: number
  /** Time to send the head of a request, and all of it. */
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** Of one source, and of one address (IPv6: of one network of 64 bits). */
  readonly eventsPerSecondOfSource: number
  readonly eventsPerSecondOfAddress: number
  /** Seconds' worth of events that may come at once after a pause. */
  readonly burstSeconds: number
}

export const defaultLimits: CollectorLimits = {
  bodyBytes: 1_048_576,
  unzippedBytes: 4_194_304,
  eventsPerRequest: 2_000,
  bytesInFlight: 64 * 1_048_576,
  connections: 16_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  eventsPerSecondOfSource: 20_000,
  eventsPerSecondOfAddress: 500,
  burstSeconds: 10,
}
