import {
  type AttributionModel,
  type CampaignRow,
  type Campaigns,
  type Channels,
  channelTrendMeasures,
  type DateRange,
  type MarketingRow,
  type TrendPoint,
} from '../../contracts/dashboard.ts'
import { type MarketingMeasure, marketingMeasures } from '../../contracts/metrics/measures.ts'
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

const isDaily = ({ from, to }: DateRange) =>
  (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1 <= longestDailyTrend

/** Sums by bucket and channel; a bucket that the range cuts is left out. */
export const trend = <M extends MarketingMeasure>(
  db: DuckDb,
  { schema }: Publication,
  { range, model }: AskedScope,
  measures: readonly M[],
): Promise<TrendPoint<M>[]> => {
  const bucket = isDaily(range)
    ? 'business_date'
    : '$2::DATE - (7 * ((($2::DATE - business_date)::INTEGER) // 7))::INTEGER'
  return db.rows<TrendPoint<M>>(
    `WITH bucketed AS (
       SELECT *, ${bucket} AS bucket FROM ${schema}.channel_performance
       WHERE attribution_model = $3 AND business_date BETWEEN $1::DATE AND $2::DATE
     )
     SELECT bucket::VARCHAR AS date, channel, ${summed(measures)} FROM bucketed
     WHERE ${isDaily(range) ? 'true' : 'bucket - 6 >= $1::DATE'} GROUP BY bucket, channel ORDER BY date, channel`,
    [range.from, range.to, model],
  )
}

/** Contribution credited under every model, for the places that cost money. */
export const creditByModel = (db: DuckDb, { schema }: Publication, { from, to }: DateRange) =>
  db.rows<Channels['models'][number]>(
    `SELECT channel, coalesce(platform, '') AS platform, attribution_model AS model,
       ${summed(['credited_contribution', 'cost'])}
     FROM ${schema}.channel_performance
     WHERE business_date BETWEEN $1::DATE AND $2::DATE
     GROUP BY ALL HAVING sum(cost) > 0 ORDER BY channel, platform, model`,
    [from, to],
  )

export async function channels(db: DuckDb, publication: Publication, asked: AskedScope): Promise<Channels> {
  const { range, compareWith, model } = asked
  return {
    ...(await maturedScope(db, publication, asked)),
    rows: await marketingRows(db, publication, range, model),
    before: compareWith ? await marketingRows(db, publication, compareWith, model) : [],
    trend: await trend(db, publication, asked, channelTrendMeasures),
    trendGrain: isDaily(range) ? 'day' : 'week',
    models: await creditByModel(db, publication, range),
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
