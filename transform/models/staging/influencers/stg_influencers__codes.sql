select
  upper(trim(code)) as code,
  influencer_id,
  discount_rate,
  valid_from,
  valid_to,
  updated_at
from {{ source('bronze', 'influencer_codes') }}
{{ newest_per('upper(trim(code))', 'updated_at', 'is_deleted') }}
