import type { DuckDb } from '../../database/duckdb.ts'
import { listTables } from '../../lake/layout.ts'
import { type LoadedTable, operationTables, quarantineShape } from './gold-tables.ts'
import { loadTable, shapedScan, tableState } from './lake-tables.ts'

const freshMs = 2_000
export const operationsSchema = 'operations'

/** Keeps runs, tests, deliveries and quarantine counts in memory, newer than two seconds when asked for. */
export interface Operations {
  refresh(): Promise<void>
}

export function followOperations(dataDir: string, db: DuckDb): Operations {
  const versions = new Map<string, number>()
  let checkedAt = Number.NEGATIVE_INFINITY
  let checking: Promise<void> | null = null

  const check = async () => {
    const loader = await db.connect()
    try {
      await loader.run(`CREATE SCHEMA IF NOT EXISTS ${operationsSchema}`)
      const tables = Object.entries<LoadedTable>(operationTables)
      const states = await Promise.all(tables.map(([, { table }]) => tableState(dataDir, table)))
      for (const [index, [name, loaded]] of tables.entries()) {
        const { table } = loaded
        const state = states[index]
        const version = state?.version ?? -1
        if (versions.get(table) === version) continue
        await loadTable(loader, { schema: operationsSchema, name }, state, loaded)
        versions.set(table, version)
      }
      await loadQuarantine(loader)
      checkedAt = performance.now()
    } finally {
      loader.close()
    }
  }

  const loadQuarantine = async (loader: DuckDb) => {
    await loader.run(`CREATE TABLE IF NOT EXISTS ${operationsSchema}.quarantine
      (table_name VARCHAR, reason VARCHAR, column_name VARCHAR, is_resolved BOOLEAN, records BIGINT)`)
    const names = await listTables(dataDir, 'quarantine')
    const states = await Promise.all(names.map((name) => tableState(dataDir, `quarantine.${name}`)))
    for (const [index, name] of names.entries()) {
      const state = states[index]
      if (state === undefined || versions.get(`quarantine.${name}`) === state.version) continue
      await loader.run('BEGIN')
      await loader.run(`DELETE FROM ${operationsSchema}.quarantine WHERE table_name = $1`, [name])
      await loader.run(
        `INSERT INTO ${operationsSchema}.quarantine
         SELECT $1, reason, column_name, is_resolved, count(*)
         FROM (
           SELECT * FROM (${shapedScan(state, quarantineShape)})
           QUALIFY row_number() OVER (
             PARTITION BY delivery_id, record_number
             ORDER BY coalesce(resolved_at, quarantined_at) DESC, is_resolved DESC
           ) = 1
         ) GROUP BY ALL`,
        [name],
      )
      await loader.run('COMMIT')
      versions.set(`quarantine.${name}`, state.version)
    }
  }

  return {
    refresh: async () => {
      if (performance.now() - checkedAt < freshMs) return
      checking ??= check().finally(() => {
        checking = null
      })
      await checking
    },
  }
}
