import { deadLetterOf, type Topic, topicList } from '../../contracts/topics.ts'

/** A topic as the lander reads it. */
export interface LandedTopic {
  /** Name in the log. */
  readonly name: string
  /** The topic its records belong to, which for dead letters is another one. */
  readonly topic: Topic
  /** Its records were refused before they reached the log. */
  readonly isDeadLetter: boolean
}

/** Every topic that is landed. */
export const landedTopics: readonly LandedTopic[] = topicList.flatMap((topic) => [
  { name: topic.name, topic, isDeadLetter: false },
  { name: deadLetterOf(topic.name), topic, isDeadLetter: true },
])

/** The landed topic of a delivery, when it came from a log: a delivery's source is then the topic. */
export const landedTopicOf = (source: string): LandedTopic | undefined =>
  landedTopics.find(({ name }) => name === source)

/** Delta's application id of a partition: its version is the next offset to land. */
export const positionIdOf = (topic: string, partition: number): string => `${topic}/${partition}`

/**
 * A log has no files, so a delivery is what a partition brought in one UTC day, and a record's number is its
 * offset. A batch belongs as a whole to the day on which its first record reached the log.
 */
export const logDeliveryIdOf = (topic: string, partition: number, day: string): string =>
  `${topic}/${partition}@${day}`

/** What the record of deliveries calls it beside its source. */
export const logicalNameOf = (partition: number, day: string): string => `partition-${partition}/${day}`

/** Table of quarantine for records that name no table. */
export const unroutedTable = 'unrouted'
