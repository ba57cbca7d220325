select
  pull_id,
  platform,
  account_id,
  level,
  covers_from,
  covers_to,
  pulled_at,
  status,
  account_time_zone,
  facts
from {{ source('bronze', 'ad_pulls') }}
{{ earliest_per('pull_id') }}
