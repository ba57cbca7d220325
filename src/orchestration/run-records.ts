import { type DuckDb, sqlIdentifier } from '../database/duckdb.ts'
import { tablePath } from '../lake/layout.ts'
import type { LakeColumn } from '../lake/schema.ts'
import { duckDbTypeOf } from '../lake/schema.ts'
import { openTable } from '../lake/table.ts'
import type { FailedTest, TestOutcome } from '../warehouse/audit.ts'

export type RunStatus = 'published' | 'unchanged' | 'audit_failed' | 'failed'

/** What one run did: a row of `operations.runs`. */
export interface RunRecord {
  run_id: string
  started_at: string
  finished_at: string
  status: RunStatus
  is_full: boolean
  pointer_sequence: number | null
  error_code: string | null
  error_message: string | null
  land_seconds: number | null
  silver_seconds: number | null
  measure_seconds: number | null
  gold_seconds: number | null
  audit_seconds: number | null
  publish_seconds: number | null
  records_read: number
  records_accepted: number
  records_quarantined: number
  dates_rebuilt: number
  peak_memory_bytes: number
}

const runColumns: readonly LakeColumn[] = [
  { name: 'run_id', type: 'string' },
  { name: 'started_at', type: 'timestamp_ntz' },
  { name: 'finished_at', type: 'timestamp_ntz' },
  { name: 'status', type: 'string' },
  { name: 'is_full', type: 'boolean' },
  { name: 'pointer_sequence', type: 'long' },
  { name: 'error_code', type: 'string' },
  { name: 'error_message', type: 'string' },
  ...['land', 'silver', 'measure', 'gold', 'audit', 'publish'].map((stage) => ({
    name: `${stage}_seconds`,
    type: 'double',
  })),
  { name: 'records_read', type: 'long' },
  { name: 'records_accepted', type: 'long' },
  { name: 'records_quarantined', type: 'long' },
  { name: 'dates_rebuilt', type: 'long' },
  { name: 'peak_memory_bytes', type: 'long' },
]

const testColumns: readonly LakeColumn[] = [
  { name: 'run_id', type: 'string' },
  { name: 'test_name', type: 'string' },
  { name: 'model_name', type: 'string' },
  { name: 'status', type: 'string' },
  { name: 'failures', type: 'long' },
  { name: 'message', type: 'string' },
  { name: 'sample_json', type: 'string' },
  { name: 'checked_at', type: 'timestamp_ntz' },
]

/** Appends a run's record and its test results to `operations`. */
export async function writeRunRecord(
  db: DuckDb,
  dataDir: string,
  run: RunRecord,
  tests: readonly TestOutcome[],
  failed: readonly FailedTest[],
): Promise<void> {
  await appendRows(db, tablePath(dataDir, 'operations.runs'), runColumns, [{ ...run }])
  const samples = new Map(failed.map((test) => [test.test, test]))
  await appendRows(
    db,
    tablePath(dataDir, 'operations.test_results'),
    testColumns,
    tests.map((test) => {
      const sample = samples.get(test.test)
      return {
        run_id: run.run_id,
        test_name: test.test,
        model_name: test.model,
        status: test.status,
        failures: test.failures,
        message: test.message,
        sample_json:
          sample === undefined
            ? null
            : JSON.stringify({ columns: sample.sampleColumns, rows: sample.sampleRows }),
        checked_at: run.finished_at,
      }
    }),
  )
}

async function appendRows(
  db: DuckDb,
  path: string,
  columns: readonly LakeColumn[],
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  if (rows.length === 0) return
  const table = openTable(path)
  await table.create({ columns })
  const casts = columns.map(
    (column) =>
      `CAST(${sqlIdentifier(column.name)} AS ${duckDbTypeOf(column.type)}) AS ${sqlIdentifier(column.name)}`,
  )
  const shape = `[{${columns.map((column) => `"${column.name}":"VARCHAR"`).join(',')}}]`
  await db.run(
    `CREATE OR REPLACE TEMP TABLE appended AS
     SELECT ${casts.join(', ')} FROM (SELECT unnest(from_json($1::JSON, '${shape}'), recursive := true))`,
    [JSON.stringify(rows)],
  )
  await table.append(await table.writeFiles(db, 'SELECT * FROM appended'), { operation: 'RECORD' })
  await db.run('DROP TABLE appended')
}
