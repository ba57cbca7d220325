import { epochSecondsOf } from '../calendar.ts'
import { rehash } from '../random.ts'
import type { PlacedOrder, World } from '../world/world.ts'

/** Second of Paris time since the plan's first day at which an order is placed. */
export function orderSecond(order: PlacedOrder): number {
  return order.minute * 60 + 30 + (rehash(order.purchase.occasion, 98) % 30)
}

export interface Step {
  readonly status: string
  readonly at: number
}

const hour = 3600
const dayLength = 86_400

/** UTC seconds since 1970 of Paris seconds since the plan's first day. */
export function utcOf(world: World, localSecond: number): number {
  const dayIndex = Math.floor(localSecond / dayLength)
  const rest = localSecond - dayIndex * dayLength
  return epochSecondsOf(world.plan.firstDay + dayIndex, Math.floor(rest / 60)) + (rest % 60)
}

/** When an order was placed, paid, shipped and delivered, in UTC seconds. */
export function lifeOf(world: World, order: PlacedOrder): Step[] {
  const { priced, purchase } = order
  const h = purchase.occasion
  const placed = utcOf(world, orderSecond(order))
  if (purchase.isOffline) return [{ status: 'delivered', at: placed }]
  const steps: Step[] = [
    { status: priced.paymentMethod === 'bank_transfer' ? 'pending' : 'placed', at: placed },
  ]
  if (priced.isCancelled) {
    steps.push({ status: 'cancelled', at: placed + 2 * hour + (rehash(h, 70) % (18 * hour)) })
    return steps
  }
  const paid = placed + (priced.paymentMethod === 'bank_transfer' ? 2 * dayLength : 40) + (rehash(h, 71) % 20)
  const shipped = paid + 9 * hour + (rehash(h, 72) % (30 * hour))
  const delivered = shipped + 40 * hour + (rehash(h, 73) % (60 * hour))
  steps.push(
    { status: 'paid', at: paid },
    { status: 'shipped', at: shipped },
    { status: 'delivered', at: delivered },
  )
  return steps
}
