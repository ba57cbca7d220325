import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import type {
  Campaigns,
  Channels,
  Cohorts,
  Overview,
  Products,
  Shop,
  Status,
} from '../../../src/contracts/dashboard.ts'
import type { Health } from '../../../src/contracts/data-health.ts'
import { PlatformError } from '../../../src/contracts/errors.ts'
import { shopMeasures } from '../../../src/contracts/metrics/measures.ts'
import { createDashboard } from '../../../src/dashboard/api/create-dashboard.ts'
import type { ProgressFeed } from '../../../src/dashboard/api/progress-feed.ts'
import { logFixture } from '../../../src/dashboard/web/gallery/fixture-health.ts'
import {
  campaignColumns,
  channelColumns,
  emptyDataFolder,
  type LakeRows,
  noMeasures,
  productColumns,
  publishRows,
  shopColumns,
} from '../gold-lake.ts'

const open: { app: FastifyInstance; dataDir: string }[] = []
afterEach(async () => {
  for (const { app, dataDir } of open.splice(0)) {
    await app.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

async function serve(
  tables: Readonly<Record<string, LakeRows>> | null,
  progress?: ProgressFeed,
  dataThrough: string | null = null,
) {
  const dataDir = await emptyDataFolder()
  if (tables !== null) await publishRows(dataDir, tables, dataThrough)
  const webDir = join(dataDir, 'web')
  await mkdir(webDir)
  await writeFile(join(webDir, 'index.html'), '<title>app</title>')
  const app = await createDashboard({ dataDir, webDir, progress, pollMs: 20 })
  open.push({ app, dataDir })
  return { app, dataDir }
}

describe('the name it is asked under', () => {
  it('must be one of its own, so that no web page reads it through a name that leads here', async () => {
    const dataDir = await emptyDataFolder()
    const app = await createDashboard({
      dataDir,
      webDir: dataDir,
      hostNames: ['localhost', '127.0.0.1', '[::1]'],
    })
    open.push({ app, dataDir })
    const statusUnder = async (host: string) =>
      (await app.inject({ url: '/api/status', headers: { host } })).statusCode
    expect(await statusUnder('LOCALHOST:4000')).toBe(200)
    expect(await statusUnder('[::1]:4000')).toBe(200)
    expect(await statusUnder('rebound.example:4000')).toBe(421)
    expect(await statusUnder('localhost.rebound.example')).toBe(421)
  })
})

describe('/api/log', () => {
  it('says that there is none, passes on what is told, and a failure in its own words', async () => {
    const { app, dataDir: served } = await serve(null)
    expect(await get(app, '/api/log')).toEqual({
      kind: null,
      dataDir: served,
      topics: [],
      kept: { waiting: 0, refused: 0, reason: null },
      deadLetters: [],
    })
    const dataDir = await emptyDataFolder()
    const away = new PlatformError('log.unavailable', 'log: Kafka at k:1 does not answer', { canRetry: true })
    const failing = await createDashboard({ dataDir, webDir: dataDir, logHealth: () => Promise.reject(away) })
    open.push({ app: failing, dataDir })
    expect(await get(failing, '/api/log', 503)).toEqual({ code: 'log.unavailable', message: away.message })
    expect(await get(failing, '/api/log-topics.csv', 503)).toMatchObject({ code: 'log.unavailable' })
  })

  it('gives its topics and dead letters as CSV', async () => {
    const dataDir = await emptyDataFolder()
    const app = await createDashboard({ dataDir, webDir: dataDir, logHealth: async () => logFixture })
    open.push({ app, dataDir })
    const linesOf = async (name: string) => {
      const { body, headers } = await app.inject(`/api/log-${name}.csv`)
      expect(headers['content-disposition']).toMatch(new RegExp(`filename="log-${name}-.*\\.csv"`))
      return body.replace('\uFEFF', '').trimEnd().split('\r\n')
    }
    const topics = await linesOf('topics')
    expect(topics[0]).toBe('topic,partition,first_offset,next_offset,landed_offset,waiting')
    expect(topics).toHaveLength(1 + logFixture.topics.flatMap(({ partitions }) => partitions).length)
    const [head, first] = await linesOf('dead-letters')
    expect(head).toBe('topic,partition,offset,arrived_at,reason,table,bytes,fields,other_fields')
    expect(first).toContain(`,${logFixture.deadLetters[0]?.reason},`)
  })
})

async function get<T>(app: FastifyInstance, url: string, status = 200): Promise<T> {
  const response = await app.inject({ url })
  expect(response.statusCode, response.body).toBe(status)
  return response.json() as T
}

const day = (business_date: string, sums: Record<string, number>) => ({
  ...noMeasures,
  business_date,
  ...sums,
})
const channel = (
  business_date: string,
  attribution_model: string,
  name: string,
  platform: string,
  sums: Record<string, number>,
) => ({
  ...noMeasures,
  business_date,
  attribution_model,
  channel: name,
  platform,
  ...sums,
})

const shopDaily: LakeRows = {
  columns: shopColumns,
  rows: [
    day('2026-03-08', { orders_placed: 2, orders_kept: 2, net_revenue: 80.1, marketing_cost: 10 }),
    day('2026-03-09', {
      orders_placed: 3,
      orders_kept: 2,
      net_revenue: 100.2,
      contribution: 40,
      marketing_cost: 20,
      cm3: 20,
    }),
    day('2026-03-10', {
      orders_placed: 1,
      orders_kept: 1,
      net_revenue: 50.05,
      contribution: 20.01,
      sessions: 30,
      immature_orders: 1,
    }),
  ],
}

const channelRows: LakeRows = {
  columns: channelColumns,
  rows: [
    channel('2026-03-09', 'last_non_direct', 'Paid Search', 'google', {
      sessions: 10,
      spend: 18,
      cost: 20,
      credited_orders: 1,
      credited_contribution: 30,
    }),
    channel('2026-03-10', 'last_non_direct', 'Paid Search', 'google', {
      sessions: 5,
      spend: 9,
      cost: 10,
      credited_orders: 1,
      credited_contribution: 12,
    }),
    channel('2026-03-10', 'last_non_direct', 'Organic Search', '', {
      sessions: 15,
      credited_orders: 1,
      credited_contribution: 18.01,
    }),
    channel('2026-03-09', 'linear', 'Paid Search', 'google', {
      sessions: 10,
      spend: 18,
      cost: 20,
      credited_orders: 0.5,
      credited_contribution: 15,
    }),
    channel('2026-03-10', 'linear', 'Paid Search', 'google', {
      sessions: 5,
      spend: 9,
      cost: 10,
      credited_orders: 0.5,
      credited_contribution: 6,
    }),
  ],
}

const march = 'from=2026-03-09&to=2026-03-10'

describe('before anything is published', () => {
  const progress: ProgressFeed = {
    isWorking: () => true,
    stages: () => [{ stage: 'land', state: 'progress', done: 5, total: 10 }],
  }

  it('shows the stages and answers questions with 503', async () => {
    const { app } = await serve(null, progress)
    expect(await get<Status>(app, '/api/status')).toMatchObject({
      state: 'building',
      sequence: null,
      stages: [{ done: 5 }],
    })
    expect(await get(app, '/api/overview', 503)).toMatchObject({ code: 'pointer.missing' })
  })

  it('tells waiting from failed', async () => {
    const waiting = await serve(null)
    expect(await get<Status>(waiting.app, '/api/status')).toMatchObject({ state: 'waiting' })
    const failed = await serve(null, {
      isWorking: () => false,
      stages: () => [{ stage: 'land', state: 'failed' }],
    })
    expect(await get<Status>(failed.app, '/api/status')).toMatchObject({ state: 'failed' })
  })

  it('sends open pages the publication as soon as it is loaded', async () => {
    const { app, dataDir } = await serve(null, progress)
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const response = await fetch(`${address}/api/events`)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const until = async (part: string) => {
      while (!text.includes(part)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`stream ended before ${part}: ${text}`)
        text += value
      }
    }
    await until('"state":"building"')
    await publishRows(dataDir, { 'gold.mart_shop_daily': shopDaily })
    await until('"state":"ready","sequence":1')
    await reader.cancel()
  })
})

describe('the published shop', () => {
  it('is described by its file and by what it has', async () => {
    const { app } = await serve({ 'gold.mart_shop_daily': shopDaily }, undefined, '2026-03-10T22:59:00Z')
    expect(await get<Shop>(app, '/api/shop')).toMatchObject({
      name: 'Test shop',
      origin: 'demo',
      dataFrom: '2026-03-08',
      dataThrough: '2026-03-10',
      has: { orders: true, web: true, cost: true },
    })
  })

  it('adds up the dates asked for and those compared with', async () => {
    const { app } = await serve({ 'gold.mart_shop_daily': shopDaily })
    const answer = await get<Overview>(app, '/api/overview?from=2026-03-09&to=2026-03-09')
    expect(answer.totals).toMatchObject({ orders_kept: 2, net_revenue: 100.2, cm3: 20 })
    expect(answer.compareWith).toEqual({ from: '2026-03-08', to: '2026-03-08' })
    expect(answer.before).toMatchObject({ net_revenue: 80.1 })
    const both = await get<Overview>(app, `/api/overview?${march}`)
    expect(both.totals.net_revenue).toBe(150.25)
    expect(both.totals.contribution).toBe(60.01)
    expect(both.days.map(({ date }) => date)).toEqual(['2026-03-09', '2026-03-10'])
    expect(both.immatureFrom).toBe('2026-03-10')
  })

  it('compares with nothing when the earlier dates begin before the data', async () => {
    const { app } = await serve({ 'gold.mart_shop_daily': shopDaily })
    const answer = await get<Overview>(app, `/api/overview?${march}`)
    expect(answer.compareWith).toBeNull()
    expect(answer.before).toBeNull()
  })

  it('reads sessions and cost from one model only', async () => {
    const { app } = await serve({
      'gold.mart_shop_daily': shopDaily,
      'gold.mart_channel_performance': channelRows,
    })
    const answer = await get<Channels>(app, `/api/channels?${march}&model=linear`)
    expect(answer.rows).toHaveLength(1)
    expect(answer.rows[0]).toMatchObject({
      channel: 'Paid Search',
      sessions: 15,
      cost: 30,
      credited_contribution: 21,
    })
    const usual = await get<Channels>(app, `/api/channels?${march}`)
    expect(usual.rows.map((row) => row.channel)).toEqual(['Paid Search', 'Organic Search'])
    expect(usual.models).toContainEqual({
      channel: 'Paid Search',
      platform: 'google',
      model: 'last_non_direct',
      credited_contribution: 42,
      cost: 30,
    })
    expect(
      usual.trend.filter(({ channel: of }) => of === 'Paid Search').map(({ date, cost }) => [date, cost]),
    ).toEqual([
      ['2026-03-09', 20],
      ['2026-03-10', 10],
    ])
  })

  it('keeps full weeks counted back from the last day in long ranges', async () => {
    const { app } = await serve({
      'gold.mart_shop_daily': shopDaily,
      'gold.mart_channel_performance': channelRows,
    })
    const answer = await get<Channels>(app, '/api/channels?from=2025-12-31&to=2026-03-10')
    expect(answer.trendGrain).toBe('day')
    const longer = await get<Channels>(app, '/api/channels?from=2025-12-30&to=2026-03-10')
    expect(longer.trendGrain).toBe('week')
    expect(longer.trend.find(({ channel: of }) => of === 'Paid Search')).toMatchObject({
      date: '2026-03-10',
      cost: 30,
    })
  })

  it('lists campaigns by identity, named as last seen', async () => {
    const row = (business_date: string, campaign_name: string, cost: number) => ({
      ...channel(business_date, 'last_non_direct', 'Paid Social', 'instagram', { cost }),
      campaign_id: '7',
      campaign_name,
      influencer_id: '',
    })
    const { app } = await serve({
      'gold.mart_shop_daily': shopDaily,
      'gold.mart_campaign_performance': {
        columns: campaignColumns,
        rows: [row('2026-03-09', 'Old name', 4), row('2026-03-10', "New'; DROP TABLE x --", 6.5)],
      },
    })
    const { rows } = await get<Campaigns>(app, `/api/campaigns?${march}`)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ campaign_name: "New'; DROP TABLE x --", cost: 10.5 })
  })

  it('shows products and cohorts of a shop that only has orders, the cohorts by months that are over', async () => {
    const product = (business_date: string, sku: string, net_revenue: number) => ({
      business_date,
      sku,
      product_name: sku,
      category: '',
      units: 1,
      orders: 1,
      net_revenue,
      contribution: 1,
      refunds_ex_vat: 0,
    })
    const cohort = (months_since: number, active_customers: number, cohort_month = '2026-02-01') => ({
      cohort_month,
      months_since,
      customers: 4,
      active_customers,
      orders: active_customers,
      net_revenue: 10,
      contribution: 5,
    })
    const { app } = await serve({
      'gold.mart_shop_daily': shopDaily,
      'gold.mart_products_daily': {
        columns: productColumns,
        rows: [
          product('2026-03-09', 'A', 10),
          product('2026-03-10', 'B', 12.25),
          product('2026-03-10', 'A', 7.5),
        ],
      },
      'gold.mart_cohorts': {
        columns: {
          cohort_month: 'DATE',
          months_since: 'INTEGER',
          customers: 'BIGINT',
          active_customers: 'BIGINT',
          orders: 'BIGINT',
          net_revenue: 'DECIMAL(18,2)',
          contribution: 'DECIMAL(18,2)',
        },
        rows: [
          cohort(0, 3, '2026-01-01'),
          cohort(1, 2, '2026-01-01'),
          cohort(2, 1, '2026-01-01'),
          cohort(0, 4),
          cohort(1, 1),
          cohort(0, 2, '2026-03-01'),
          cohort(0, 0, '2026-04-01'),
        ],
      },
    })
    const { products, totals, productCount } = await get<Products>(app, `/api/products?${march}`)
    expect(products.map(({ sku, net_revenue }) => [sku, net_revenue])).toEqual([
      ['A', 17.5],
      ['B', 12.25],
    ])
    expect(totals.net_revenue).toBe(29.75)
    expect(productCount).toBe(2)
    const { cohorts } = await get<Cohorts>(app, '/api/cohorts')
    expect(
      cohorts.map(({ cohort_month, months }) => [
        cohort_month,
        months.map(({ active_customers }) => active_customers),
      ]),
    ).toEqual([
      ['2026-01-01', [3, 2]],
      ['2026-02-01', [4]],
      ['2026-03-01', [2]],
    ])
    expect((await get<Channels>(app, `/api/channels?${march}`)).rows).toEqual([])
  })

  it('takes the place of the earlier one when a newer is published', async () => {
    const { app, dataDir } = await serve({ 'gold.mart_shop_daily': shopDaily })
    expect((await get<Overview>(app, `/api/overview?${march}`)).totals.net_revenue).toBe(150.25)
    await publishRows(dataDir, {
      'gold.mart_shop_daily': {
        columns: shopColumns,
        rows: [day('2026-03-10', { net_revenue: 7, orders_placed: 1 })],
      },
    })
    await expect.poll(async () => (await get<Status>(app, '/api/status')).sequence).toBe(2)
    expect((await get<Overview>(app, `/api/overview?${march}`)).totals.net_revenue).toBe(7)
  })
})

describe('data health', () => {
  const delivery = (logical_name: string, revision: number, accepted: number, event_to: string) => ({
    source: 'web',
    logical_name,
    revision,
    table_name: 'web_events',
    records_read: accepted + 2,
    accepted,
    duplicate: 1,
    dropped: 0,
    quarantined: 1,
    arrived_at: `2026-03-10 0${revision}:00:00`,
    event_to,
  })
  const deliveries: LakeRows = {
    columns: {
      source: 'VARCHAR',
      logical_name: 'VARCHAR',
      revision: 'BIGINT',
      table_name: 'VARCHAR',
      records_read: 'BIGINT',
      accepted: 'BIGINT',
      duplicate: 'BIGINT',
      dropped: 'BIGINT',
      quarantined: 'BIGINT',
      arrived_at: 'TIMESTAMP',
      event_to: 'TIMESTAMP',
    },
    rows: [
      delivery('a', 1, 100, '2026-03-08 10:00:00'),
      delivery('a', 2, 90, '2026-03-08 10:00:00'),
      delivery('b', 1, 10, '2026-03-10 10:00:00'),
    ],
  }
  const refused = (record_number: number, is_resolved: boolean, at: string) => ({
    delivery_id: 'd',
    record_number,
    reason: 'not_a_date',
    column_name: 'x',
    raw_text: 'secret@example.com',
    quarantined_at: '2026-03-01 00:00:00',
    is_resolved,
    resolved_at: is_resolved ? at : null,
  })
  const quarantine: LakeRows = {
    columns: {
      delivery_id: 'VARCHAR',
      record_number: 'BIGINT',
      reason: 'VARCHAR',
      column_name: 'VARCHAR',
      raw_text: 'VARCHAR',
      quarantined_at: 'TIMESTAMP',
      is_resolved: 'BOOLEAN',
      resolved_at: 'TIMESTAMP',
    },
    rows: [refused(1, false, ''), refused(2, false, ''), refused(2, true, '2026-03-02 00:00:00')],
  }

  it('counts the newest revision of each delivery and the last state of each refused record', async () => {
    const { app } = await serve({
      'gold.mart_shop_daily': shopDaily,
      'bronze.deliveries': deliveries,
      'quarantine.web_events': quarantine,
    })
    const answer = await get<Health>(app, `/api/health?${march}`)
    expect(answer.sources).toMatchObject([
      { source: 'web', deliveries: 2, records: 100, quarantined: 2, state: 'fresh' },
    ])
    expect(answer.deliveries).toHaveLength(3)
    expect(answer.quarantine).toEqual([
      { table_name: 'web_events', reason: 'not_a_date', column_name: 'x', open: 1, resolved: 1 },
    ])
    expect(JSON.stringify(answer)).not.toContain('secret@example.com')
  })

  it('lists what did not pass the newest audit', async () => {
    const result = (run_id: string, test_name: string, status: string, checked_at: string) => ({
      run_id,
      test_name,
      model_name: 'm',
      status,
      failures: 0,
      message: null,
      checked_at,
    })
    const { app } = await serve({
      'gold.mart_shop_daily': shopDaily,
      'operations.test_results': {
        columns: {
          run_id: 'VARCHAR',
          test_name: 'VARCHAR',
          model_name: 'VARCHAR',
          status: 'VARCHAR',
          failures: 'BIGINT',
          message: 'VARCHAR',
          checked_at: 'TIMESTAMP',
        },
        rows: [
          result('1', 'a', 'fail', '2026-03-09 00:00:00'),
          result('2', 'a', 'pass', '2026-03-10 00:00:00'),
          result('2', 'b', 'warn', '2026-03-10 00:00:00'),
        ],
      },
    })
    expect((await get<Health>(app, '/api/health')).tests).toMatchObject({
      passed: 1,
      warned: 1,
      failed: 0,
      notPassed: [{ test_name: 'b' }],
    })
  })
})

describe('questions', () => {
  it.each([
    'from=2026-02-30',
    'from=yesterday',
    'from=2026-03-10&to=2026-03-09',
    'model=magic',
    'compare=never',
    'limit=1',
  ])('refuses %s with the reason', async (query) => {
    const { app } = await serve({ 'gold.mart_shop_daily': shopDaily })
    expect(await get(app, `/api/overview?${query}`, 400)).toMatchObject({ code: 'query.invalid' })
  })

  it('answers unknown API addresses with 404 and pages with the app', async () => {
    const { app } = await serve({ 'gold.mart_shop_daily': shopDaily })
    await get(app, '/api/nothing', 404)
    const page = await app.inject({ url: '/channels?lang=fr' })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('<title>app</title>')
  })
})

describe('CSV', () => {
  it('has every measure of a day, also those no chart draws', async () => {
    const { app } = await serve({ 'gold.mart_shop_daily': shopDaily })
    const { body } = await app.inject({ url: `/api/days.csv?${march}` })
    const [head, ...days] = body.replace('\uFEFF', '').trim().split('\r\n')
    expect(head!.split(',')).toEqual(['date', ...shopMeasures])
    expect(days).toHaveLength(2)
  })

  it('has ratios from sums, and disarms formulas in names', async () => {
    const row = {
      ...channel('2026-03-10', 'last_non_direct', 'Paid Search', 'google', {
        cost: 4,
        credited_contribution: 6,
      }),
      campaign_id: '1',
      campaign_name: '=HYPERLINK("http://x"),1',
      influencer_id: '',
    }
    const { app } = await serve({
      'gold.mart_shop_daily': shopDaily,
      'gold.mart_campaign_performance': { columns: campaignColumns, rows: [row] },
    })
    const { body, headers } = await app.inject({ url: `/api/campaigns.csv?${march}` })
    expect(headers['content-disposition']).toContain('test-shop-campaigns-2026-03-09-2026-03-10.csv')
    const [head, line] = body.replace('\uFEFF', '').split('\r\n')
    expect(line).toContain(`"'=HYPERLINK(""http://x""),1"`)
    const ratio = head!.split(',').indexOf('contribution_return')
    expect(line!.split(',').at(ratio - head!.split(',').length)).toBe('1.5')
  })
})

describe('a failure within', () => {
  it('is answered by its code, never by what the database says of a value', async () => {
    const { app } = await serve(null)
    app.get('/api/broken', () => {
      throw new PlatformError('database.failed', 'database: Could not convert string "jane@x.fr" to INT32')
    })
    expect(await get(app, '/api/broken', 500)).toEqual({
      code: 'database.failed',
      message: 'the dashboard could not answer (database.failed)',
    })
  })
})
