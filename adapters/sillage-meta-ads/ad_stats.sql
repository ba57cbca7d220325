with answers as (
  select _record, pull_id, account_id, level, unnest(from_json(data, '["JSON"]')) as answer
  from input
  where request = 'region'
)
select
  _record,
  pull_id || '-' || (answer->>'$.publisher_platform') as pull_id,
  answer->>'$.publisher_platform' as platform,
  account_id,
  level,
  answer->>'$.campaign_id' as entity_id,
  answer->>'$.campaign_id' as campaign_id,
  answer->>'$.date_start' as stat_date,
  answer->>'$.region' as region,
  answer->>'$.impressions' as impressions,
  answer->>'$.clicks' as clicks,
  answer->>'$.spend' as spend,
  source_currency() as currency
from answers
