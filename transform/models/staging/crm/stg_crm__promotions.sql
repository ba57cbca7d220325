select
  promotion_id,
  promotion_name,
  kind,
  scope,
  coalesce(scope_values, '[]') as scope_values,
  discount_rate,
  upper(trim(code)) as code,
  starts_on,
  ends_on,
  planned_units,
  planned_net_revenue,
  currency,
  updated_at
from {{ source('bronze', 'promotions') }}
{{ newest_per('promotion_id', 'updated_at', 'is_deleted') }}
