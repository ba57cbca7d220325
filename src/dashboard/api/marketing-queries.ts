import type {
  AttributionModel,
  CampaignRow,
  Campaigns,
  Channels,
  DateRange,
  MarketingRow,
} from '../../contracts/dashboard.ts'
import { marketingMeasures } from '../../contracts/metrics/measures.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import { maturedScope, summed } from './matured-scope.ts'
import type { Publication } from './published-gold.ts'
import type { AskedScope } from './scope.ts'

/** Longest range whose trend is drawn day by day. */
const longestDailyTrend = 70

const isSomething = marketingMeasures.map((measure) => `sum(${measure}) <> 0`).join(' OR ')

/** Sums by channel and platform under one model; sessions and cost repeat per model and so are read from one. */
export const marketingRows = (
  db: DuckDb,
  { schema }: Publication,
  { from, to }: DateRange,
  model: AttributionModel,
): Promise<MarketingRow[]> =>
  db.rows<MarketingRow>(
    `SELECT channel, coalesce(platform, '') AS platform, ${summed(marketingMeasures)}
     FROM ${schema}.channel_performance
     WHERE attribution_model = $3 AND business_date BETWEEN $1::DATE AND $2::DATE
     GROUP BY ALL HAVING ${isSomething} ORDER BY credited_contribution DESC, channel, platform`,
    [from, to, model],
  )

export async function channels(db: DuckDb, publication: Publication, asked: AskedScope): Promise<Channels> {
  const { range, compareWith, model } = asked
  const length = (Date.parse(range.to) - Date.parse(range.from)) / 86_400_000 + 1
  const isDaily = length <= longestDailyTrend
  const period = [range.from, range.to]
  const bucket = isDaily
    ? 'business_date'
    : '$2::DATE - (7 * ((($2::DATE - business_date)::INTEGER) // 7))::INTEGER'
  const trend = await db.rows<Channels['trend'][number]>(
    `WITH bucketed AS (
       SELECT *, ${bucket} AS bucket FROM ${publication.schema}.channel_performance
       WHERE attribution_model = $3 AND business_date BETWEEN $1::DATE AND $2::DATE
     )
     SELECT bucket::VARCHAR AS date, channel, ${summed(marketingMeasures)} FROM bucketed
     WHERE ${isDaily ? 'true' : 'bucket - 6 >= $1::DATE'} GROUP BY bucket, channel ORDER BY date, channel`,
    [...period, model],
  )
  const models = await db.rows<Channels['models'][number]>(
    `SELECT channel, coalesce(platform, '') AS platform, attribution_model AS model,
       coalesce(sum(credited_contribution), 0)::DOUBLE AS credited_contribution,
       coalesce(sum(cost), 0)::DOUBLE AS cost
     FROM ${publication.schema}.channel_performance
     WHERE business_date BETWEEN $1::DATE AND $2::DATE
     GROUP BY ALL HAVING sum(cost) > 0 ORDER BY channel, platform, model`,
    period,
  )
  return {
    ...(await maturedScope(db, publication, asked)),
    rows: await marketingRows(db, publication, range, model),
    before: compareWith ? await marketingRows(db, publication, compareWith, model) : [],
    trend,
    trendGrain: isDaily ? 'day' : 'week',
    models,
  }
}

export async function campaigns(db: DuckDb, publication: Publication, asked: AskedScope): Promise<Campaigns> {
  const { range, model } = asked
  const rows = await db.rows<CampaignRow>(
    `SELECT channel, coalesce(platform, '') AS platform, coalesce(campaign_id, '') AS campaign_id,
       arg_max(nullif(campaign_name, ''), business_date) AS campaign_name,
       arg_max(nullif(influencer_id, ''), business_date) AS influencer_id, ${summed(marketingMeasures)}
     FROM ${publication.schema}.campaign_performance
     WHERE attribution_model = $3 AND business_date BETWEEN $1::DATE AND $2::DATE
       AND (coalesce(campaign_id, '') <> '' OR coalesce(campaign_name, '') <> '' OR coalesce(influencer_id, '') <> '')
     GROUP BY channel, coalesce(platform, ''), coalesce(campaign_id, ''),
       CASE WHEN coalesce(campaign_id, '') = '' THEN coalesce(campaign_name, influencer_id, '') END
     HAVING ${isSomething} ORDER BY cost DESC, credited_contribution DESC, campaign_id`,
    [range.from, range.to, model],
  )
  return { ...(await maturedScope(db, publication, asked)), rows }
}
