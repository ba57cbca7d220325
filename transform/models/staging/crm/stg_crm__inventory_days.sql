select
  sku,
  inventory_date,
  units_on_hand,
  stock_out_hours
from {{ source('bronze', 'inventory_days') }}
{{ newest_per('sku, inventory_date') }}
