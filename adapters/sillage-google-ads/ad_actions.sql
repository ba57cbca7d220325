with results as (
  select _record, pull_id, account_id, level, unnest(from_json(results, '["JSON"]')) as result
  from input
  where request = 'stats'
)
select
  _record,
  pull_id,
  'google' as platform,
  account_id,
  level,
  result->>'$.campaign.id' as entity_id,
  result->>'$.campaign.id' as campaign_id,
  result->>'$.segments.date' as stat_date,
  'purchase' as action_type,
  '30d_click' as attribution_window,
  'click' as date_basis,
  result->>'$.metrics.conversions' as conversions,
  result->>'$.metrics.conversionsValue' as conversion_value,
  source_currency() as currency
from results
where (result->>'$.metrics.conversions') <> '0'
