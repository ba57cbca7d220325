import { Admin, type BaseOptions, type ClusterTopicMetadata } from '@platformatic/kafka'
import { PlatformError } from '../../contracts/errors.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { topicUnknown } from './log-writer.ts'

/** A broker that does not answer is tried so often, so long apart, before an error says so. */
const retries = 8
export const retryDelayMs = 250

export const clientOptions = ({ brokers, sasl, tls }: KafkaOptions): BaseOptions => ({
  clientId: 'sillage',
  bootstrapBrokers: [...brokers],
  connectTimeout: 2_000,
  requestTimeout: 10_000,
  retries,
  retryDelay: retryDelayMs,
  ...(sasl === undefined ? {} : { sasl }),
  ...(tls === undefined ? {} : { tls }),
})

export const createAdmin = (kafka: KafkaOptions): Admin => new Admin(clientOptions(kafka))

/** Id and leaders of a topic, as the cluster has them now. @throws `topic.unknown`, `log.unavailable`. */
export async function describeTopic(
  admin: Admin,
  topic: string,
  kafka: KafkaOptions,
): Promise<ClusterTopicMetadata> {
  try {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true, retries: 3 })
    const found = topics.get(topic)
    if (found === undefined) throw topicUnknown(topic)
    return found
  } catch (error) {
    throw kafkaError(error, kafka, topic)
  }
}

export interface OffsetRange {
  readonly first: number
  readonly next: number
}

/** The broker's own offsets of each partition. */
export async function offsetRanges(
  admin: Admin,
  topic: string,
  partitions: number,
  kafka: KafkaOptions,
): Promise<OffsetRange[]> {
  const at = async (timestamp: bigint): Promise<number[]> => {
    const asked = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp }))
    const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions: asked }] })
    const offsets: number[] = []
    for (const { partitionIndex, offset } of found?.partitions ?? []) offsets[partitionIndex] = Number(offset)
    return offsets
  }
  try {
    const [first, next] = [await at(-2n), await at(-1n)]
    return first.map((offset, partition) => ({ first: offset, next: next[partition] ?? offset }))
  } catch (error) {
    throw kafkaError(error, kafka, topic)
  }
}

export const hasKafkaCode = (error: unknown, ...ids: readonly string[]): boolean =>
  errorsWithin(error).some(({ apiId, code }) => ids.includes(apiId ?? '') || ids.includes(code ?? ''))

interface ClientError extends Error {
  readonly code?: string
  /** The protocol's name of an error that a broker answered. */
  readonly apiId?: string
}

/** An error, what caused it, and what it gathers, the innermost last. */
function errorsWithin(error: unknown): ClientError[] {
  if (!(error instanceof Error)) return []
  const gathered = error instanceof AggregateError ? (error.errors as unknown[]) : []
  return [error, ...[...gathered, error.cause].flatMap(errorsWithin)]
}

/** What a failure of the client or the broker means to whoever uses the log; the client's texts quote no records. */
export function kafkaError(error: unknown, { brokers }: KafkaOptions, topic = ''): unknown {
  if (!(error instanceof Error) || error instanceof PlatformError) return error
  const where = `Kafka at ${brokers.join(', ')}`
  const failure = (what: string, canRetry: boolean) =>
    new PlatformError('log.unavailable', `log: ${where} ${what}`, { canRetry, cause: error })
  if (/^Unknown topic /.test(error.message) || hasKafkaCode(error, 'UNKNOWN_TOPIC_OR_PARTITION'))
    return topicUnknown(topic)
  if (hasKafkaCode(error, 'PLT_KFK_AUTHENTICATION', 'SASL_AUTHENTICATION_FAILED'))
    return failure('refused the credentials; check SILLAGE_KAFKA_USERNAME and SILLAGE_KAFKA_PASSWORD', false)
  if (hasKafkaCode(error, 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'))
    return failure(
      `does not allow this user to use ${topic}; grant it read, write, describe and create`,
      false,
    )
  const refused = (what: string) =>
    new PlatformError('record.refused', `log: ${where} ${what}`, { cause: error })
  if (hasKafkaCode(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'))
    return refused(`takes no record this large; raise max.message.bytes of ${topic}`)
  if (hasKafkaCode(error, 'INVALID_TIMESTAMP'))
    return refused(
      `takes no record of this date; raise message.timestamp.before.max.ms or after.max.ms of ${topic}`,
    )
  if (hasKafkaCode(error, 'INVALID_RECORD'))
    return refused(`takes no such record (INVALID_RECORD); change the settings of ${topic}`)
  if (!('code' in error) || !String(error.code).startsWith('PLT_KFK_')) return error
  return failure(
    `does not answer (${reasonOf(error)}); check that it runs and that SILLAGE_BROKERS is right`,
    true,
  )
}

/** What the innermost error says, which names the host or the protocol's error. */
function reasonOf(error: Error): string {
  const said = errorsWithin(error).map(({ apiId, message }) => apiId ?? message)
  return said.findLast((text) => text !== '') ?? error.name
}
