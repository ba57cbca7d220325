select
  influencer_id,
  influencer_name,
  lower(platform) as platform,
  handle,
  followers,
  coalesce(commission_rate, 0) as commission_rate,
  updated_at
from {{ source('bronze', 'influencers') }}
{{ newest_per('influencer_id', 'updated_at', 'is_deleted') }}
