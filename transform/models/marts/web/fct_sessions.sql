{{ config(partition_by='session_month', replace_by='session_date', reach='sessions') }}

select
  session_key,
  visitor_key,
  started_at,
  ended_at,
  channel,
  channel_rule,
  is_channel_assumed,
  platform,
  source,
  medium,
  campaign_id,
  campaign_name,
  influencer_id,
  device_type,
  country,
  region,
  landing_path,
  page_views,
  product_views,
  has_product_view,
  has_cart,
  has_checkout,
  has_order,
  session_date,
  session_month
from {{ ref('int_sessions_built') }}
where session_date in {{ touched('sessions') }}
