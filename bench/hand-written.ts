import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { type DuckDb, openDuckDb, sqlString } from '../src/database/duckdb.ts'

const root = join(import.meta.dirname, '..')
const scriptDir = join(import.meta.dirname, 'hand-written')

/**
 * Computes the gold tables of a shop's raw files with the hand-written script, as Parquet files in `outDir`/gold.
 * The script names files relative to where it runs, so this process moves there.
 */
export async function runHandWritten(dataDir: string, outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true })
  mkdirSync(join(outDir, 'gold'), { recursive: true })
  symlinkSync(resolve(dataDir, 'raw'), join(outDir, 'raw'))
  process.chdir(outDir)
  const db = await openDuckDb({ memoryLimit: `${Math.round((totalmem() * 0.8) / 2 ** 20)}MiB` })
  await defineChannelRules(db)
  for (const file of readdirSync(scriptDir).sort()) await db.run(readFileSync(join(scriptDir, file), 'utf8'))
  db.close()
}

/** Lists and rules of channels are data that both read: the generated dbt macros as DuckDB's own. */
async function defineChannelRules(db: DuckDb): Promise<void> {
  for (const name of ['channels', 'sites']) {
    const path = join(root, 'transform', 'seeds', `${name}.generated.csv`)
    await db.run(
      `CREATE TABLE ${name} AS FROM read_csv(${sqlString(path)}, header = true, all_varchar = true)`,
    )
  }
  for (const name of ['channel_rules', 'visit_rules']) {
    const text = readFileSync(join(root, 'transform', 'macros', `${name}.generated.sql`), 'utf8')
    for (const [, macro, parameters, body = ''] of text.matchAll(macroPattern)) {
      if (body.includes('var(')) continue
      const columns = macro?.startsWith('channel_rule_')
        ? 'source, medium, campaign, site_category'
        : parameters
      const sql = body
        .replaceAll(
          /{{ regexp_found\('lower\(' ~ (\w+) ~ '\)', "([^"]*)"\) }}/g,
          "regexp_matches(lower($1), '$2')",
        )
        .replaceAll(/{{ regexp_found\("(\w+)", "([^"]*)"\) }}/g, "regexp_matches($1, '$2')")
        .replaceAll(/{{ (\w+) }}/g, '$1')
      await db.run(`CREATE MACRO ${macro}(${columns}) AS (${sql})`)
    }
  }
}

const macroPattern = /{% macro (\w+)\(([^)]*)\) -%}([\s\S]*?){%- endmacro %}/g
