select
  business_date,
  channel,
  platform,
  campaign_id,
  campaign_name,
  influencer_id,
  cost_kind,
  is_spend,
  amount,
  impressions,
  clicks
from {{ ref('int_marketing_costs_daily') }}
