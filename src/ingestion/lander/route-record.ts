import { contracts, type TableName } from '../../contracts/all-contracts.ts'
import type { Contract } from '../../contracts/contract.ts'
import { type QuarantineReason, quarantineReasons } from '../../contracts/record-outcomes.ts'
import { recordHeaders } from '../../contracts/topics.ts'
import { type LandedTopic, unroutedTable } from './log-delivery.ts'

/** What a record's headers say of where it goes. */
export interface Route {
  readonly table: TableName | typeof unroutedTable
  readonly isDelete: boolean
  /** Why it is refused before anyone looks at its text. */
  readonly problem: QuarantineReason | null
  /** The headers as JSON. */
  readonly headers: string
}

/** `hasNul`: the text holds a NUL character, which no table can store. */
export type RouteOf = (headers: Readonly<Record<string, string>>, hasNul: boolean) => Route

/** Header sets remembered; records of one sender share theirs. */
const mostRemembered = 1000

export function createRouter(landed: LandedTopic): RouteOf {
  const known = new Map<string, Route>()
  return (headers, hasNul) => {
    let key = hasNul ? 'nul' : ''
    for (const name in headers) key += `${name}\u0000${headers[name]}\u0000`
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const route = withNul(routeOf(landed, headers), hasNul)
    if (known.size >= mostRemembered) known.clear()
    known.set(key, route)
    return route
  }
}

const withNul = (route: Route, hasNul: boolean): Route =>
  hasNul && route.problem === null ? { ...route, problem: 'nul_character' } : route

function routeOf({ topic, isDeadLetter }: LandedTopic, headers: Readonly<Record<string, string>>): Route {
  const named = headers[recordHeaders.table] ?? topic.table
  const table = named !== undefined && Object.hasOwn(contracts, named) ? (named as TableName) : undefined
  const isDelete = headers[recordHeaders.operation] === 'delete'
  const routed = (problem: QuarantineReason | null): Route => ({
    table: table ?? unroutedTable,
    isDelete,
    problem,
    headers: JSON.stringify(headers),
  })
  if (isDeadLetter) return routed(deadLetterReason(headers))
  if (table === undefined) return routed('unknown_table')
  return routed(problemOf(contracts[table], isDelete, headers))
}

function problemOf(
  contract: Contract,
  isDelete: boolean,
  headers: Readonly<Record<string, string>>,
): QuarantineReason | null {
  const version = headers[recordHeaders.schemaVersion] ?? ''
  if (!/^[1-9]\d{0,8}$/.test(version)) return 'missing_version'
  if (Number(version) > contract.version) return 'newer_contract'
  if (headers[recordHeaders.invalidText] === 'true') return 'wrong_encoding'
  if (isDelete && contract.deletedColumn === undefined) return 'cannot_delete'
  return null
}

/** Senders may have reasons of their own; the record's headers keep them. */
function deadLetterReason(headers: Readonly<Record<string, string>>): QuarantineReason {
  const reason = headers[recordHeaders.deadLetterReason] ?? ''
  return Object.hasOwn(quarantineReasons, reason) ? (reason as QuarantineReason) : 'malformed_record'
}
