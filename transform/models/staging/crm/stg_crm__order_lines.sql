select
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
from {{ source('bronze', 'order_lines') }}
{{ newest_per('order_line_id', 'updated_at', 'is_deleted') }}
