import { createHash } from 'node:crypto'
import type { DeliveryRevision } from '../lake/delivery.ts'
import { deliveryKey } from './delivery-log.ts'
import type { FileFacts } from './inspect-file.ts'

/** A new or changed file, and the revision it becomes. */
export interface PendingFile {
  readonly path: string
  readonly logicalName: string
  readonly facts: FileFacts
  readonly revision: number
}

/** A file on its way into bronze. */
export interface Delivery {
  readonly source: string
  readonly file: PendingFile
  readonly deliveryId: string
  readonly positionId: string
  readonly arrivedAt: string
}

const deliveryIdOf = (source: string, logicalName: string, revision: number): string =>
  createHash('sha256')
    .update(JSON.stringify([source, logicalName, revision]))
    .digest('hex')
    .slice(0, 24)

/** @param place Of the file among those of its landing. */
export const deliveryOf = (source: string, file: PendingFile, landedAt: Date, place: number): Delivery => ({
  source,
  file,
  deliveryId: deliveryIdOf(source, file.logicalName, file.revision),
  positionId: deliveryKey(source, file.logicalName),
  arrivedAt: microsAfter(landedAt, place),
})

/** With the ids of all earlier revisions of the file, landed or half landed. */
export const withEarlier = (delivery: Delivery): DeliveryRevision => ({
  ...withoutEarlier(delivery),
  supersedes: Array.from({ length: delivery.file.revision - 1 }, (_, index) =>
    deliveryIdOf(delivery.source, delivery.file.logicalName, index + 1),
  ),
})

export const withoutEarlier = ({ deliveryId, positionId, file }: Delivery): DeliveryRevision => ({
  deliveryId,
  positionId,
  revision: file.revision,
})

/** Files of one landing arrive a microsecond apart, in their order, so that "earliest arrival" has one answer. */
function microsAfter(start: Date, micros: number): string {
  const at = new Date(start.getTime() + Math.floor(micros / 1000))
  return `${at.toISOString().slice(0, -1).replace('T', ' ')}${String(micros % 1000).padStart(3, '0')}`
}
