import { setTimeout as sleep } from 'node:timers/promises'
import { type MessageToProduce, ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka'
import { PlatformError } from '../../contracts/errors.ts'
import type { LogRecord } from './event-log.ts'
import { clientOptions, kafkaError, retryDelayMs } from './kafka-connection.ts'
import type { KafkaOptions } from './kafka-options.ts'

type Message = MessageToProduce<string, string, string, string>

/** Sends records in the order they were handed over. */
export interface KafkaSender {
  /** Resolves when the in-sync replicas have all of them. */
  send(
    topic: string,
    records: readonly LogRecord[],
    partitionOf: (key: string | null) => number,
  ): Promise<void>
  close(): Promise<void>
}

/** What one request to the brokers carries: below the usual limit of a batch, 1 MiB. */
const requestBytes = 900_000
const requestRecords = 10_000
/** A minute and more: a broker's restart is outlasted by the same idempotent send: no duplicate, nothing lost. */
const sendRetries = 240
/** What a broker has not taken by then is given up when the log is closed. */
const closeWithinMs = 5_000

interface Waiting {
  readonly topic: string
  readonly messages: readonly Message[]
  readonly bytes: number
  resolve(): void
  reject(error: unknown): void
}

/**
 * One send is in flight at any time: with several, a broker that is killed leaves duplicates in spite of
 * idempotence. What arrives meanwhile goes together into the next.
 */
export function createKafkaSender(kafka: KafkaOptions): KafkaSender {
  let producer: Producer<string, string, string, string> | undefined
  let queue: Waiting[] = []
  let pumping: Promise<void> | undefined
  let isClosed = false

  const open = () =>
    new Producer<string, string, string, string>({
      ...clientOptions(kafka),
      retries: sendRetries,
      retryDelay: retryDelayMs,
      idempotent: true,
      acks: ProduceAcks.ALL,
      autocreateTopics: false,
      serializers: stringSerializers,
    })

  const sendTogether = async (group: readonly Waiting[]): Promise<void> => {
    try {
      if (isClosed) throw closed()
      producer ??= open()
      await producer.send({ messages: group.flatMap(({ messages }) => messages) })
      for (const { resolve } of group) resolve()
    } catch (error) {
      // Its sequence numbers are in doubt: the next send begins with a producer of its own.
      const failed = producer
      producer = undefined
      await failed?.close().catch(() => undefined)
      const reason = kafkaError(error, kafka, group[0]?.topic)
      const isRefusal = reason instanceof PlatformError && reason.code === 'record.refused'
      // What one caller's record is refused for is not the others' failure.
      if (isRefusal && group.length > 1) for (const each of group) await sendTogether([each])
      else for (const { reject } of group) reject(reason)
    }
  }

  const pump = async () => {
    while (queue.length > 0) {
      const group = firstRequest(queue)
      queue = queue.slice(group.length)
      await sendTogether(group)
    }
    pumping = undefined
  }

  const enqueue = (topic: string, messages: readonly Message[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const bytes = messages.reduce((sum, message) => sum + bytesOf(message), 0)
      queue.push({ topic, messages, bytes, resolve, reject })
      pumping ??= pump()
    })

  return {
    async send(topic, records, partitionOf) {
      const now = Date.now()
      const messages = records.map(({ key, value, headers, timestampMs = now }) => ({
        topic,
        // The client's types know no null, which it sends as a key that is absent.
        key: key as string,
        value,
        headers,
        partition: partitionOf(key),
        timestamp: BigInt(Math.trunc(timestampMs)),
      }))
      for (const part of partsOf(messages)) await enqueue(topic, part)
    },
    async close() {
      await Promise.race([pumping, sleep(closeWithinMs)])
      isClosed = true
      await producer?.close()
      producer = undefined
      await pumping
    },
  }
}

const closed = () =>
  new PlatformError('log.unavailable', 'log: it was closed before Kafka had taken the records', {
    canRetry: true,
  })

/** The requests at the head of the queue that go together: one topic's, within the limits. */
function firstRequest(queue: readonly Waiting[]): Waiting[] {
  const group: Waiting[] = []
  let records = 0
  let bytes = 0
  for (const waiting of queue) {
    records += waiting.messages.length
    bytes += waiting.bytes
    const fits = records <= requestRecords && bytes <= requestBytes && waiting.topic === queue[0]?.topic
    if (group.length > 0 && !fits) break
    group.push(waiting)
  }
  return group
}

function* partsOf(messages: readonly Message[]): Generator<readonly Message[]> {
  let start = 0
  let bytes = 0
  for (const [at, message] of messages.entries()) {
    const own = bytesOf(message)
    if (at > start && (bytes + own > requestBytes || at - start >= requestRecords)) {
      yield messages.slice(start, at)
      start = at
      bytes = 0
    }
    bytes += own
  }
  if (start < messages.length) yield messages.slice(start)
}

/** With what headers and the record's own fields add, roughly. */
const bytesOf = ({ value = '' }: Message) => Buffer.byteLength(value) + 100
