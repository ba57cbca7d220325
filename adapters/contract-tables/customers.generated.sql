-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  customer_id,
  email,
  phone,
  created_at,
  country,
  region,
  postal_prefix,
  first_order_at,
  orders_before,
  is_deleted,
  updated_at
from input
