import { epochSecondsOf, isoTime } from '../calendar.ts'
import { regions } from '../plan/geography.ts'
import { hash, rehash, unit } from '../random.ts'
import { customerId, emailOf, phoneOf, postalPrefix } from '../web/visitors.ts'
import { createPerson, historyOf, meetPerson } from '../world/people.ts'
import { endMinuteOf, type World } from '../world/world.ts'
import { csvFile, csvLine } from './csv.ts'
import { type ExportWindow, type RawFile, windowName } from './export-windows.ts'
import { orderSecond, utcOf } from './order-times.ts'

export const customerColumns = [
  'customer_id',
  'email',
  'phone',
  'created_at',
  'country',
  'region',
  'postal_prefix',
  'first_order_at',
  'orders_before',
  'is_deleted',
  'updated_at',
]
export const consentColumns = ['customer_id', 'purpose', 'state', 'changed_at']

/** Somebody with an account; all times in UTC seconds. */
interface Account {
  readonly person: number
  readonly createdAt: number
  readonly firstOrderAt: number
  /** Orders before the delivered history. */
  readonly ordersBefore: number
  /** When the account was erased at the customer's wish, or never. */
  readonly erasedAt: number
}

const dayLength = 86_400

function accountsOf(world: World): Account[] {
  const { plan } = world
  const { seed, startDay, initialCustomers } = plan.setting
  const recordedFrom = (startDay - plan.firstDay) * 1440
  const first = new Map<number, { at: number; before: number }>()
  for (let person = 0; person < initialCustomers; person++) {
    const history = historyOf(seed, person)
    const day = history.lastOrderDay - (history.orders - 1) * 55
    first.set(person, { at: utcOf(world, day * dayLength + 11 * 3600), before: history.orders })
  }
  for (const order of world.orders) {
    if (order.minute >= endMinuteOf(plan)) continue
    const known = first.get(order.purchase.person.id)
    const before = order.minute < recordedFrom ? 1 : 0
    if (known === undefined)
      first.set(order.purchase.person.id, { at: utcOf(world, orderSecond(order)), before })
    else known.before += before
  }
  const someone = createPerson()
  const accounts: Account[] = []
  for (const [person, { at, before }] of first) {
    if (meetPerson(seed, person, someone).isGuest) continue
    const h = hash(seed, person, 46)
    const erasedAt = unit(h) < 0.003 ? at + (30 + (rehash(h, 1) % 500)) * dayLength : Number.POSITIVE_INFINITY
    accounts.push({ person, createdAt: at - 95, firstOrderAt: at, ordersBefore: before, erasedAt })
  }
  return accounts.sort((a, b) => a.createdAt - b.createdAt || a.person - b.person)
}

function accountLine(world: World, account: Account, to: number): string {
  const { seed } = world.plan.setting
  const { person } = account
  const id = customerId(person)
  const created = isoTime(account.createdAt)
  if (account.erasedAt < to)
    return csvLine([id, '', '', created, '', '', '', '', '', 'true', isoTime(account.erasedAt)])
  const region = world.regionOfPerson[person]!
  return csvLine([
    id,
    emailOf(seed, person),
    regions[region]!.country === 'FR' && person % 3 !== 0 ? phoneOf(seed, person) : '',
    created,
    regions[region]!.country,
    regions[region]!.code,
    postalPrefix(region),
    isoTime(account.firstOrderAt),
    account.ordersBefore,
    'false',
    created,
  ])
}

interface ConsentChange {
  readonly at: number
  /** An address without an account is not a customer yet: its consents are delivered with the account. */
  readonly knownAt: number
  readonly line: string
}

function consentChanges(world: World, accounts: readonly Account[]): ConsentChange[] {
  const createdAt = new Map(accounts.map((account) => [account.person, account.createdAt]))
  const changes: ConsentChange[] = []
  for (const subscription of world.subscriptions) {
    const created = createdAt.get(subscription.person)
    if (created === undefined) continue
    const purpose = `${subscription.medium}_marketing`
    const add = (minute: number, state: string) => {
      const at = utcOf(world, minute * 60)
      const line = csvLine([customerId(subscription.person), purpose, state, isoTime(at)])
      changes.push({ at, knownAt: Math.max(at, created), line })
    }
    add(subscription.minute, 'granted')
    if (subscription.untilMinute < endMinuteOf(world.plan)) add(subscription.untilMinute, 'denied')
  }
  return changes.sort((a, b) => a.knownAt - b.knownAt || a.at - b.at || (a.line < b.line ? -1 : 1))
}

/** Customers and their marketing consents; the first export also carries everybody from before the records. */
export function* customerExports(world: World, windows: readonly ExportWindow[]): Generator<RawFile> {
  const accounts = accountsOf(world)
  const consents = consentChanges(world, accounts)
  for (const window of windows) {
    const isFirst = window.fromDay === world.plan.setting.startDay
    const from = isFirst ? Number.NEGATIVE_INFINITY : epochSecondsOf(window.fromDay, 0)
    const to = epochSecondsOf(window.toDay + 1, 0)
    const isNew = (at: number) => at >= from && at < to
    const rows = accounts.filter((account) => isNew(account.createdAt) || isNew(account.erasedAt))
    const changed = consents.filter((change) => isNew(change.knownAt))
    const name = windowName(window)
    yield {
      folder: 'crm',
      name: `customers-${name}.csv`,
      text: csvFile(
        customerColumns,
        rows.map((account) => accountLine(world, account, to)),
      ),
    }
    yield {
      folder: 'crm',
      name: `consents-${name}.csv`,
      text: csvFile(
        consentColumns,
        changed.map((change) => change.line),
      ),
    }
  }
}
