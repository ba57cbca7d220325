import { deliveryColumns } from '../../contracts/bronze-schema.ts'
import { tablePath } from '../../lake/layout.ts'
import { openTable } from '../../lake/table.ts'
import type { EventLog } from '../event-log/event-log.ts'
import { isOneLife } from '../event-log/topic-epochs.ts'
import { type LandedTopic, positionIdOf } from './log-delivery.ts'
import { deliveriesTable, readPositions } from './log-positions.ts'

/**
 * Moves a topic's positions on to the oldest record the log still has, in the record of deliveries, whose history
 * keeps from where to where.
 *
 * @returns How many records are gone unread; those of a topic that was made anew are not known and not counted.
 */
export async function skipLost(dataDir: string, log: EventLog, landed: LandedTopic): Promise<number> {
  const topic = (await log.topics()).find(({ name }) => name === landed.name)
  if (topic === undefined) return 0
  const { finished, started } = await readPositions(dataDir, landed)
  const positions: Record<string, number> = {}
  const expectedPositions: Record<string, number | undefined> = {}
  let lost = 0
  for (const { partition, firstOffset } of topic.partitions) {
    const from = finished.get(partition) ?? 0
    const begun = started.get(partition) ?? from
    if (firstOffset <= from) continue
    const id = positionIdOf(landed.name, partition)
    positions[id] = Math.max(firstOffset, begun)
    expectedPositions[id] = finished.get(partition)
    if (isOneLife(begun, firstOffset)) lost += Math.max(0, firstOffset - begun)
  }
  if (Object.keys(positions).length === 0) return 0
  const deliveries = openTable(tablePath(dataDir, deliveriesTable))
  await deliveries.create({ columns: deliveryColumns })
  await deliveries.append([], {
    positions,
    expectedPositions,
    operation: 'SKIP LOST',
    info: { recordsLost: lost },
  })
  return lost
}
