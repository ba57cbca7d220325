select
  _record,
  customer_id,
  email,
  phone_e164(phone, 'FR') as phone,
  created_at,
  country,
  region,
  postal_prefix,
  first_order_at,
  orders_before,
  is_deleted,
  updated_at
from input
