-- Generated from src/contracts by `npm run generate`; do not edit.
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
  currency,
  is_deleted,
  updated_at
from input
