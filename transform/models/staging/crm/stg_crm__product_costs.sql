select
  sku,
  valid_from,
  unit_cost,
  currency
from {{ source('bronze', 'product_costs') }}
{{ newest_per('sku, valid_from') }}
