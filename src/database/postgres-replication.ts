import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication'
import { clientConfig, type Postgres, type PostgresOptions, postgresError } from './postgres.ts'

/** A row as PostgreSQL's text by column; `undefined` for a large value that the change left as it was. */
export type ReplicatedRow = Readonly<Record<string, string | null | undefined>>

export interface ReplicatedColumn {
  readonly name: string
  readonly typeOid: number
}

/** In the order of the transactions' ends; `at` is when the change's transaction ended, ISO 8601 with microseconds. */
export type ReplicatedChange =
  | { readonly kind: 'relation'; readonly relation: string; readonly columns: readonly ReplicatedColumn[] }
  | { readonly kind: 'insert'; readonly relation: string; readonly row: ReplicatedRow; readonly at: string }
  | {
      readonly kind: 'update'
      readonly relation: string
      readonly row: ReplicatedRow
      readonly at: string
      /** The row's key before, when the change replaced it. */
      readonly oldKey: ReplicatedRow | undefined
    }
  | { readonly kind: 'delete'; readonly relation: string; readonly key: ReplicatedRow; readonly at: string }
  | { readonly kind: 'truncate'; readonly relations: readonly string[] }
  /** What `markStream` wrote: all that was committed before it has been said. */
  | { readonly kind: 'mark'; readonly text: string; readonly position: string }
  /** Everything up to `position` was said; acknowledged it is never sent again. */
  | { readonly kind: 'commit'; readonly position: string }

export interface ReplicationOptions extends PostgresOptions {
  readonly slot: string
  readonly publication: string
  /** Goes on after this position; default where the slot was last acknowledged. */
  readonly from?: string
  /** Called one change after the other; the stream waits for it. A failure ends the stream. */
  readonly onChange: (change: ReplicatedChange) => Promise<void>
}

export interface ReplicationStream {
  /** Tells the server that it may forget what lies before; call when it is safe elsewhere. */
  acknowledge(position: string): Promise<void>
  /** Settles when the stream is stopped. @throws {PlatformError} `source.unavailable`, or what `onChange` threw. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** The library types each value by its column; we keep PostgreSQL's text, which loses nothing. */
class TextPlugin extends PgoutputPlugin {
  override parse(buffer: Buffer): Pgoutput.Message {
    const message = super.parse(buffer)
    if (message.tag === 'relation') {
      for (const column of message.columns)
        (column as { parser: (raw: string) => unknown }).parser = (raw) => raw
    }
    return message
  }
}

/** The server then goes on where the slot was last acknowledged. */
const firstPosition = '0/00000000'

/** Follows a logical replication slot (plugin pgoutput) from where it was last acknowledged. */
export function streamChanges(options: ReplicationOptions): ReplicationStream {
  const service = new LogicalReplicationService(
    { ...clientConfig(options) },
    // Acknowledging by itself would tell the server to forget changes that nobody has stored.
    { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
  )
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  promise.catch(() => {})
  let acknowledged: string | undefined
  let commitAt = ''
  let failure: unknown
  const fail = (error: unknown) => {
    failure ??= error
    void service.stop().catch(() => {})
  }
  service.on('data', async (_lsn: string, message: Pgoutput.Message) => {
    if (failure !== undefined) return
    try {
      if (message.tag === 'begin') commitAt = isoOfMicros(message.commitTime as bigint)
      const change = changeOf(message, commitAt)
      if (change !== undefined) await options.onChange(change)
    } catch (error) {
      fail(error)
    }
  })
  service.on('heartbeat', async (_lsn: string, _at: number, shouldRespond: boolean) => {
    if (shouldRespond && acknowledged !== undefined) await service.acknowledge(acknowledged).catch(fail)
  })
  service.on('error', (error: unknown) => fail(postgresError(options.url, 'stopped sending changes', error)))
  const plugin = new TextPlugin({ protoVersion: 1, publicationNames: [options.publication], messages: true })
  let isStopped = false
  // Stopped while it connects, the library would never settle.
  const started = new Promise<void>((resolve) => service.once('start', () => resolve()))
  service.subscribe(plugin, options.slot, options.from ?? firstPosition).then(
    () => {
      if (failure !== undefined) return reject(failure)
      if (isStopped) return resolve()
      reject(postgresError(options.url, 'closed the stream of changes', new Error('Connection terminated')))
    },
    (error: unknown) => {
      if (failure !== undefined) return reject(failure)
      if (isStopped) return resolve()
      reject(postgresError(options.url, 'sends no changes', error))
    },
  )
  return {
    ended: promise,
    acknowledge: async (position) => {
      acknowledged = position
      await service.acknowledge(position)
    },
    stop: async () => {
      isStopped = true
      await Promise.race([started, promise.catch(() => {})])
      await service.stop()
      await promise.catch(() => {})
    },
  }
}

function changeOf(message: Pgoutput.Message, at: string): ReplicatedChange | undefined {
  switch (message.tag) {
    case 'relation':
      return { kind: 'relation', relation: nameOf(message), columns: message.columns }
    case 'insert':
      return { kind: 'insert', relation: nameOf(message.relation), row: message.new, at }
    case 'update': {
      const oldKey = message.key ?? (message.old === null ? undefined : keyOf(message.relation, message.old))
      return { kind: 'update', relation: nameOf(message.relation), row: message.new, oldKey, at }
    }
    case 'delete': {
      const key = message.key ?? keyOf(message.relation, message.old ?? {})
      return { kind: 'delete', relation: nameOf(message.relation), key, at }
    }
    case 'truncate':
      return { kind: 'truncate', relations: message.relations.map(nameOf) }
    case 'message':
      if (message.prefix !== markPrefix || message.messageLsn === null) return undefined
      return { kind: 'mark', text: new TextDecoder().decode(message.content), position: message.messageLsn }
    case 'commit':
      return message.commitEndLsn === null ? undefined : { kind: 'commit', position: message.commitEndLsn }
    default:
      return undefined
  }
}

const markPrefix = 'sillage'

/** Writes a mark that every stream of this database gets after all that was committed before. */
export async function markStream(source: Postgres, text: string): Promise<void> {
  await source.rows('select pg_logical_emit_message(false, $1, $2)', [markPrefix, text])
}

const nameOf = ({ schema, name }: { schema: string; name: string }): string => `${schema}.${name}`

const keyOf = (relation: Pgoutput.MessageRelation, row: Record<string, unknown>): ReplicatedRow =>
  Object.fromEntries(relation.keyColumns.map((column) => [column, row[column] as string]))

const isoOfMicros = (micros: bigint): string =>
  `${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, '0')}Z`
