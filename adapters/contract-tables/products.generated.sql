-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  sku,
  product_name,
  category,
  tax_class,
  list_price,
  currency,
  days_of_use,
  full_size_sku,
  is_gift_card,
  launched_on,
  is_deleted,
  updated_at
from input
