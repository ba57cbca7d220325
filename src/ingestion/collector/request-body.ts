import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Refusal } from './refusal.ts'

const unzip = promisify(gunzip)

/** Bytes of requests that are neither stored nor refused, counted so that they stay below a limit. */
export interface BytesInFlight {
  readonly count: number
  /** @throws {Refusal} `overloaded` when these do not fit as well. */
  take(bytes: number): void
  release(bytes: number): void
}

export function createBytesInFlight(limit: number): BytesInFlight {
  let count = 0
  return {
    get count() {
      return count
    },
    take(bytes) {
      if (count + bytes > limit) throw new Refusal('overloaded', 1000)
      count += bytes
    },
    release(bytes) {
      count -= bytes
    },
  }
}

export interface BodyLimits {
  /** As sent. */
  readonly bodyBytes: number
  /** After gzip. */
  readonly unzippedBytes: number
}

export interface HeldBody {
  readonly bytes: Buffer
  /** Counted until the request is answered. */
  readonly heldBytes: number
}

/**
 * Reads a body to its end, counting what really came: a sender that announces much and sends nothing takes no room.
 * @throws {Refusal} `too_large`, `overloaded`, `unknown_encoding`, `broken_encoding`.
 */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  inFlight: BytesInFlight,
): Promise<HeldBody> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (!['identity', 'gzip'].includes(encoding)) throw new Refusal('unknown_encoding')
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) throw new Refusal('too_large')
  let heldBytes = 0
  const hold = (bytes: number) => {
    inFlight.take(bytes)
    heldBytes += bytes
  }
  try {
    const body = await gather(request, limits.bodyBytes, hold)
    if (encoding === 'identity') return { bytes: body, heldBytes }
    const bytes = await unzipped(body, limits.unzippedBytes)
    hold(bytes.length)
    return { bytes, heldBytes }
  } catch (error) {
    inFlight.release(heldBytes)
    throw error
  }
}

function gather(request: IncomingMessage, limit: number, hold: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const stop = (error: unknown) => {
      request.off('data', onData).off('end', onEnd).off('error', stop).off('close', onClose)
      // What still comes is thrown away until the answer is out and the connection closed.
      request.on('error', () => {}).resume()
      reject(error)
    }
    const onData = (chunk: Buffer) => {
      try {
        hold(chunk.length)
      } catch (error) {
        return stop(error)
      }
      length += chunk.length
      chunks.push(chunk)
      if (length > limit) stop(new Refusal('too_large'))
    }
    const onEnd = () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    const onClose = () => request.complete || stop(new Refusal('malformed_body'))
    request.on('data', onData).on('end', onEnd).on('error', stop).on('close', onClose)
  })
}

async function unzipped(body: Buffer, limit: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: limit })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new Refusal(isTooLarge ? 'too_large' : 'broken_encoding')
  }
}
