import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { landSources } from '../ingestion/land-sources.ts'
import { landLog } from '../ingestion/lander/lander.ts'
import { finishedPositions, pinnedOffsets } from '../ingestion/lander/log-positions.ts'
import { publishPointer } from '../lake/pointer.ts'
import { audit } from '../warehouse/audit.ts'
import { assertBuilt, collectBuilt, commitBuilt } from '../warehouse/build.ts'
import { changedDates } from '../warehouse/changed-dates.ts'
import { runFilePath } from '../warehouse/dbt.ts'
import { restoreMeasureTables } from '../warehouse/measure-tables.ts'
import { pinLake, writeRunFile } from '../warehouse/pinned-lake.ts'
import { allDates, touchedByEvents } from '../warehouse/touched-dates.ts'
import { keepUp } from './lake-upkeep.ts'
import type { RunContext } from './run-context.ts'
import type { TaskGraph } from './task-graph.ts'

/** The one task graph of the platform, run by the built-in scheduler and exported to others. */
export const dailyEtl: TaskGraph<RunContext> = {
  name: 'cosmetics_daily_etl',
  tasks: [
    {
      name: 'land',
      description: 'Raw files and the event log to bronze, by contract',
      after: [],
      retries: 2,
      run: land,
    },
    {
      name: 'silver',
      description: 'Sessions, ledger, touchpoints',
      after: ['land'],
      retries: 0,
      run: buildSilver,
    },
    {
      name: 'measure',
      description: 'What marketing caused',
      after: ['silver'],
      retries: 0,
      run: buildMeasure,
    },
    { name: 'gold', description: 'Marts', after: ['measure'], retries: 0, run: buildGold },
    { name: 'audit', description: 'Every data test', after: ['gold'], retries: 0, run: auditBuilt },
    {
      name: 'publish',
      description: 'One pointer names every version',
      after: ['audit'],
      retries: 2,
      run: publish,
    },
  ],
}

async function land(context: RunContext): Promise<void> {
  const { observer, dataDir } = context
  context.landed = await landSources({ ...context.landing, db: context.db, observer })
  const log = await context.openLog()
  if (log === undefined) return
  try {
    context.landedLog = await landLog({ dataDir, log, secret: context.landing.secret, observer })
  } finally {
    await log.close()
  }
}

async function buildSilver(context: RunContext): Promise<void> {
  const isNewModel = context.pointer?.transform !== context.transformHash
  const isFull = context.full || isNewModel
  const finished = await finishedPositions(context.dataDir)
  const lake = await pinLake(context.dataDir, context.pointer, { isFull })
  context.lake = lake
  context.logOffsets = pinnedOffsets(lake.bronze, finished)
  if (lake.bronze.size === 0) {
    throw new PlatformError(
      'data.missing',
      `orchestration: no file below ${join(context.dataDir, 'raw')} is one that an adapter takes, and no event log has records; add files with \`sillage import\` or make a demo with \`sillage simulate\``,
    )
  }
  const changed = await changedDates(context.dataDir, lake, context.pointer)
  const { requestedDates } = context
  if (!isFull && changed.tables.length === 0 && requestedDates.length === 0) {
    context.nothingNew = true
    return
  }
  const { eventDates } = changed
  context.isPartial = !isFull && eventDates !== 'all'
  const touched =
    isFull || eventDates === 'all'
      ? allDates(new Date())
      : touchedByEvents({ eventDates, requestedDates }, context.timeZone)
  writeRunFile(runFilePath(context.workDir), lake, {
    runId: context.runId,
    dataDir: context.dataDir,
    projectDir: context.projectDir,
    touched,
    isPartial: context.isPartial,
  })
  assertBuilt('the pinned lake', await context.dbt.invoke(['run-operation', 'register_lake']))
  // Seeds and staging views are the same for the whole life of a dbt process.
  const isReused = await hasSeeds(context)
  if (!isReused) assertBuilt('seeds', await context.dbt.invoke(['seed']))
  const staging = isReused ? [] : ['path:models/staging']
  await build(context, 'silver', [...staging, 'path:models/intermediate'])
  context.datesRebuilt = await countSessionDates(context)
}

async function hasSeeds({ dbt }: RunContext): Promise<boolean> {
  const { rows } = await dbt.query(
    `select count(*) > 0 from information_schema.tables where table_schema = 'lake_seeds'
     and exists (select 1 from information_schema.tables where table_name like 'stg_%')`,
  )
  return rows[0]?.[0] === true
}

async function countSessionDates(context: RunContext): Promise<number> {
  const { rows } = await context.dbt.query(
    'select count(distinct session_date)::int from silver.int_sessions_built',
  )
  if (!context.isPartial) return rows[0]?.[0] as number
  const touched = await context.dbt.query(
    "select count(distinct touched_date)::int from lake.touched_dates where reach = 'sessions'",
  )
  return touched.rows[0]?.[0] as number
}

/** Reads silver; without fits there is nothing to compute, and gold finds empty tables. */
async function buildMeasure(context: RunContext): Promise<void> {
  if (context.nothingNew || context.lake === undefined) return
  context.measured = await restoreMeasureTables(context.dataDir, context.lake.built)
}

async function buildGold(context: RunContext): Promise<void> {
  await build(context, 'gold', ['path:models/marts'])
}

async function build(context: RunContext, layer: string, select: readonly string[]): Promise<void> {
  if (context.nothingNew) return
  let done = 0
  const result = await context.dbt.invoke(['run', '--select', ...select], () => {
    context.observer.stage({ stage: layer, state: 'progress', done: ++done, unit: 'tables' })
  })
  assertBuilt(layer, result)
  const tables = await collectBuilt(context.db, context.dbt, context.dataDir, context.runId, result.nodes)
  context.built.push(...tables)
}

async function auditBuilt(context: RunContext): Promise<void> {
  if (context.nothingNew) return
  let done = 0
  context.audit = await audit(context.dbt, { isPartial: context.isPartial }, () => {
    context.observer.stage({ stage: 'audit', state: 'progress', done: ++done, unit: 'tests' })
  })
}

async function publish(context: RunContext): Promise<void> {
  await publishBuilt(context)
  await keepUp(context)
}

async function publishBuilt(context: RunContext): Promise<void> {
  const { lake, audit: checked } = context
  if (context.nothingNew || lake === undefined || checked === undefined || checked.failed.length > 0) return
  await context.lease.assertHeld()
  const tables = { ...(await commitBuilt(context.dataDir, lake, context.built)), ...context.measured }
  const bronze = Object.fromEntries([...lake.bronze].map(([name, state]) => [name, state.version]))
  await context.lease.assertHeld()
  context.published = await publishPointer(
    context.dataDir,
    {
      runId: context.runId,
      dataThrough: await dataThrough(context),
      transform: context.transformHash,
      tables,
      bronze,
      logOffsets: context.logOffsets ?? {},
    },
    { after: context.pointer?.sequence ?? 0 },
  )
}

/** UTC time of the newest event or order in what is published. */
async function dataThrough(context: RunContext): Promise<string | null> {
  const newest = await context.dbt.query(
    `select strftime(max(newest_at), '%Y-%m-%dT%H:%M:%SZ') from (
       select max(occurred_at) as newest_at from silver.int_events_cleaned
       union all select max(placed_at) from bronze.orders)`,
  )
  return (newest.rows[0]?.[0] as string | null) ?? null
}
