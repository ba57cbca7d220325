import { deadLetterOf, logRetentionDays, topicList } from '../../contracts/topics.ts'
import type { EventLog, TopicState } from './event-log.ts'
import { createAdmin, describeTopic, hasKafkaCode, kafkaError, offsetRanges } from './kafka-connection.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { createKafkaSender } from './kafka-producer.ts'
import { openKafkaReader } from './kafka-reader.ts'
import { createPartitioner } from './record-partition.ts'

export interface KafkaLogOptions {
  readonly kafka: KafkaOptions
  /** What the first offset of the topic with this id counts as; see `epochStart`. */
  readonly firstOffset: (topic: string, id: string) => Promise<number>
}

/** Settings of topics we make; those that exist keep their own. */
const topicSettings = [
  { name: 'retention.ms', value: String(logRetentionDays * 86_400_000) },
  { name: 'cleanup.policy', value: 'delete' },
  { name: 'max.message.bytes', value: String(16 * 1024 * 1024) },
  // A record keeps the time it was received, also when that clock was ahead of the broker's.
  { name: 'message.timestamp.after.max.ms', value: String(Number.MAX_SAFE_INTEGER) },
]

/** The broker's own choice. */
const defaultReplicas = -1

/** The platform's topics in a Kafka cluster. Connects when first used. */
export function openKafkaLog({ kafka, firstOffset }: KafkaLogOptions): EventLog {
  const admin = createAdmin(kafka)
  const sender = createKafkaSender(kafka)
  const choosePartition = createPartitioner()
  const known = new Map<string, number>()
  const names = new Set(topicList.flatMap(({ name }) => [name, deadLetterOf(name)]))
  const baseOf = (topic: string) => (id: string) => firstOffset(topic, `kafka/${id}`)

  const partitionCount = async (topic: string): Promise<number> => {
    let count = known.get(topic)
    if (count === undefined) {
      count = (await describeTopic(admin, topic, kafka)).partitionsCount
      known.set(topic, count)
    }
    return count
  }

  const createOne = async (topic: string, partitions: number): Promise<void> => {
    names.add(topic)
    try {
      // A user who may not make topics may use those that are there.
      if (!(await admin.listTopics()).includes(topic))
        await admin.createTopics({
          topics: [{ topic, partitions, replicas: defaultReplicas }],
          configs: topicSettings,
        })
    } catch (error) {
      if (!hasKafkaCode(error, 'TOPIC_ALREADY_EXISTS')) throw kafkaError(error, kafka, topic)
    }
    await untilKnown(topic)
  }

  /** A new topic is there some moments before every broker says so. */
  const untilKnown = async (topic: string): Promise<void> => {
    const deadline = performance.now() + 15_000
    for (;;) {
      try {
        const { partitions } = await describeTopic(admin, topic, kafka)
        if (partitions.every(({ leader }) => leader >= 0)) return
      } catch (error) {
        if (performance.now() > deadline) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  const stateOf = async (name: string): Promise<TopicState> => {
    const { id, partitionsCount } = await describeTopic(admin, name, kafka)
    const base = await baseOf(name)(id)
    const ranges = await offsetRanges(admin, name, partitionsCount, kafka)
    return {
      name,
      partitions: ranges.map(({ first, next }, partition) => ({
        partition,
        firstOffset: base + first,
        nextOffset: base + next,
      })),
    }
  }

  return {
    kind: 'kafka',
    async createTopic({ name, partitions }) {
      await createOne(name, partitions)
      await createOne(deadLetterOf(name), 1)
    },
    async topics() {
      let found: string[]
      try {
        found = await admin.listTopics()
      } catch (error) {
        throw kafkaError(error, kafka)
      }
      const states: TopicState[] = []
      for (const name of found.filter((each) => names.has(each)).sort()) states.push(await stateOf(name))
      return states
    },
    async append(topic, records) {
      const partitions = await partitionCount(topic)
      try {
        await sender.send(topic, records, (key) => choosePartition(key, partitions))
      } catch (error) {
        known.delete(topic)
        throw error
      }
    },
    openReader: (topic, positions) =>
      openKafkaReader({ kafka, admin, topic, positions, baseOf: baseOf(topic) }),
    async close() {
      await sender.close()
      await admin.close()
    },
  }
}
