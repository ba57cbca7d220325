select
  sku,
  product_name,
  category,
  tax_class,
  list_price,
  currency,
  days_of_use,
  full_size_sku,
  coalesce(is_gift_card, false) as is_gift_card,
  launched_on,
  updated_at
from {{ source('bronze', 'products') }}
{{ newest_per('sku', 'updated_at', 'is_deleted') }}
