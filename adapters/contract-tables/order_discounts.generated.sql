-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  order_discount_id,
  order_id,
  order_line_id,
  promotion_id,
  code,
  amount,
  is_deleted,
  updated_at
from input
