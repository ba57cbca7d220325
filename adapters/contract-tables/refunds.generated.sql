-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  refund_id,
  order_id,
  order_line_id,
  refunded_at,
  quantity,
  amount,
  tax_amount,
  is_restocked,
  return_shipping_cost,
  reason,
  is_deleted,
  updated_at
from input
