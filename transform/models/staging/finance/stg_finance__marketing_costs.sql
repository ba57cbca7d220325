select
  cost_id,
  kind,
  channel,
  starts_on,
  ends_on,
  amount,
  currency,
  updated_at
from {{ source('bronze', 'marketing_costs') }}
{{ newest_per('cost_id', 'updated_at', 'is_deleted') }}
