select
  refund_id,
  order_id,
  order_line_id,
  refunded_at,
  {{ business_date('refunded_at') }} as refund_date,
  quantity,
  amount,
  tax_amount,
  coalesce(is_restocked, false) as is_restocked,
  coalesce(return_shipping_cost, 0) as return_shipping_cost,
  reason,
  updated_at
from {{ source('bronze', 'refunds') }}
{{ newest_per('refund_id', 'updated_at', 'is_deleted') }}
