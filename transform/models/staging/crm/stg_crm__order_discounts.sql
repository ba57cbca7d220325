select
  order_discount_id,
  order_id,
  order_line_id,
  promotion_id,
  upper(trim(code)) as code,
  amount,
  updated_at
from {{ source('bronze', 'order_discounts') }}
{{ newest_per('order_discount_id', 'updated_at', 'is_deleted') }}
