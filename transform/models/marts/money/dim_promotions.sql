select
  promotion_id,
  promotion_name,
  kind,
  scope,
  scope_values,
  discount_rate,
  code,
  starts_on,
  ends_on,
  cast({{ days_between('starts_on', 'ends_on') }} + 1 as int) as days,
  planned_units,
  planned_net_revenue,
  currency as planned_currency
from {{ ref('stg_crm__promotions') }}
