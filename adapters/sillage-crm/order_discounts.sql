select
  _record,
  order_discount_id,
  order_id,
  order_line_id,
  promotion_id,
  code,
  amount,
  updated_at
from input
