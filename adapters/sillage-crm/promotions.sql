select
  _record,
  promotion_id,
  promotion_name,
  kind,
  scope,
  scope_values,
  discount_rate,
  code,
  starts_on,
  ends_on,
  planned_units,
  planned_net_revenue,
  updated_at,
  source_currency() as currency
from input
