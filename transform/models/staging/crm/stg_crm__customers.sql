select
  customer_id,
  email_hash,
  phone_hash,
  created_at,
  country,
  region,
  postal_prefix,
  first_order_at,
  orders_before,
  updated_at
from {{ source('bronze', 'customers') }}
{{ newest_per('customer_id', 'updated_at', 'is_deleted') }}
