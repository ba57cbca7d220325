select
  _record,
  sku,
  product_name,
  category,
  tax_class,
  list_price,
  days_of_use,
  full_size_sku,
  is_gift_card,
  launched_on,
  updated_at,
  source_currency() as currency
from input
