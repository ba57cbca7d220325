-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  order_line_id,
  order_id,
  sku,
  product_name,
  quantity,
  unit_price,
  line_amount,
  tax_class,
  tax_amount,
  is_gift_card,
  is_deleted,
  updated_at
from input
