select
  pull_id,
  platform,
  account_id,
  level,
  entity_id,
  coalesce(campaign_id, case when level = 'campaign' then entity_id end, '') as campaign_id,
  stat_date,
  region,
  impressions,
  clicks,
  spend,
  currency,
  _arrived_at,
  _delivery_id,
  _record_number
from {{ source('bronze', 'ad_stats') }}
