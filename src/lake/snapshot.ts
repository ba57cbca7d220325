import { PlatformError } from '../contracts/errors.ts'
import { type AddFile, fileKey } from './actions.ts'
import { type LakeColumn, parseSchema } from './schema.ts'

/** What a table's log says at one version. Never changed once made. */
export interface Snapshot {
  readonly version: number
  /** Keyed by decoded path. */
  readonly files: ReadonlyMap<string, AddFile>
  readonly positions: ReadonlyMap<string, number>
  readonly metadata: TableMetadata
  readonly protocol: Protocol
}

export interface TableMetadata {
  readonly id: string
  readonly columns: readonly LakeColumn[]
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  readonly createdTime?: number
}

export interface Protocol {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  readonly readerFeatures?: readonly string[] | null
  readonly writerFeatures?: readonly string[] | null
}

interface RawMetadata {
  id: string
  schemaString: string
  partitionColumns: string[]
  configuration?: Record<string, string> | null
  createdTime?: number
}

/** One line of a commit or one row of a checkpoint; unknown actions are ignored, as the protocol asks. */
export interface Action {
  add?: AddFile & { deletionVector?: unknown }
  remove?: {
    path: string
    dataChange?: boolean
    partitionValues?: Record<string, string | null> | null
  }
  txn?: { appId: string; version: number }
  metaData?: RawMetadata
  protocol?: Protocol
}

/** Parses the lines of a commit. @throws {PlatformError} `lake.corrupt`. */
export function parseActions(path: string, text: string): Action[] {
  const actions: Action[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    try {
      actions.push(JSON.parse(line) as Action)
    } catch (error) {
      throw new PlatformError('lake.corrupt', `lake: ${path} holds a line that is not JSON`, { cause: error })
    }
  }
  return actions
}

/** The snapshot after `actions`; `previous` stays as it was. */
export function applyActions(
  tablePath: string,
  previous: Snapshot | undefined,
  version: number,
  actions: Iterable<Action>,
): Snapshot {
  const files = new Map(previous?.files)
  const positions = new Map(previous?.positions)
  let metadata = previous?.metadata
  let protocol = previous?.protocol
  for (const action of actions) {
    if (action.add) {
      if (action.add.deletionVector) throw unsupported(tablePath, 'deletion vectors')
      files.set(fileKey(action.add.path), action.add)
    } else if (action.remove) files.delete(fileKey(action.remove.path))
    else if (action.txn) positions.set(action.txn.appId, Number(action.txn.version))
    else if (action.metaData) metadata = readMetadata(tablePath, action.metaData)
    else if (action.protocol) protocol = checkReadable(tablePath, action.protocol)
  }
  if (metadata === undefined || protocol === undefined) {
    throw new PlatformError(
      'lake.corrupt',
      `lake: the log of ${tablePath} has no metadata or protocol at version ${version}`,
    )
  }
  return { version, files, positions, metadata, protocol }
}

function readMetadata(tablePath: string, raw: RawMetadata): TableMetadata {
  const configuration = raw.configuration ?? {}
  const mapping = configuration['delta.columnMapping.mode'] ?? 'none'
  if (mapping !== 'none') throw unsupported(tablePath, 'column mapping')
  return {
    id: raw.id,
    columns: parseSchema(raw.schemaString),
    partitionColumns: raw.partitionColumns,
    configuration,
    createdTime: raw.createdTime,
  }
}

const readableFeatures = new Set(['timestampNtz', 'columnMapping'])
const writableFeatures = new Set([...readableFeatures, 'appendOnly', 'invariants'])

function checkReadable(tablePath: string, protocol: Protocol): Protocol {
  const foreign = (protocol.readerFeatures ?? []).filter((feature) => !readableFeatures.has(feature))
  if (protocol.minReaderVersion > 3 || foreign.length > 0) {
    throw unsupported(tablePath, foreign.join(', ') || `reader version ${protocol.minReaderVersion}`)
  }
  return protocol
}

/** @throws {PlatformError} `lake.unsupported` when the table asks writers for more than this one keeps. */
export function checkWritable(tablePath: string, { protocol, metadata }: Snapshot): void {
  const foreign = (protocol.writerFeatures ?? []).filter((feature) => !writableFeatures.has(feature))
  if (foreign.length > 0) throw unsupported(tablePath, foreign.join(', '))
  const isLegacy = protocol.minWriterVersion > 2 && protocol.minWriterVersion < 7
  if (isLegacy) throw unsupported(tablePath, `writer version ${protocol.minWriterVersion}`)
  const rules = Object.keys(metadata.configuration).filter(
    (key) => key.startsWith('delta.constraints.') || key === 'delta.appendOnly',
  )
  if (rules.length > 0) throw unsupported(tablePath, rules.join(', '))
}

const unsupported = (tablePath: string, what: string) =>
  new PlatformError(
    'lake.unsupported',
    `lake: ${tablePath} uses ${what}, which this lake does not; turn it off`,
  )
