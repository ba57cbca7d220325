select
  platform,
  account_id,
  campaign_id,
  campaign_name,
  campaign_type,
  status,
  daily_budget,
  currency,
  starts_on,
  ends_on,
  updated_at
from {{ source('bronze', 'ad_campaigns') }}
{{ newest_per('platform, campaign_id', 'updated_at') }}
