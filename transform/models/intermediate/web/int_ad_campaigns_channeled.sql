select
  platform,
  campaign_id,
  account_id,
  campaign_name,
  campaign_type,
  {{ campaign_channel('platform', 'campaign_type') }} as channel
from {{ ref('stg_advertising__campaigns') }}
