with results as (
  select _record, pull_id, account_id, level, unnest(from_json(results, '["JSON"]')) as result
  from input
  where request in ('stats', 'ad_groups')
)
select
  _record,
  pull_id,
  'google' as platform,
  account_id,
  level,
  coalesce(result->>'$.adGroup.id', result->>'$.campaign.id') as entity_id,
  result->>'$.campaign.id' as campaign_id,
  result->>'$.segments.date' as stat_date,
  result->>'$.metrics.impressions' as impressions,
  result->>'$.metrics.clicks' as clicks,
  from_micros(result->>'$.metrics.costMicros') as spend,
  source_currency() as currency
from results
