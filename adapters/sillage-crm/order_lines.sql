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
  updated_at
from input
