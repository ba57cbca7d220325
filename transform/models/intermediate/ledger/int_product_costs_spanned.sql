select
  sku,
  unit_cost,
  currency,
  valid_from,
  row_number() over (partition by sku order by valid_from) = 1 as is_first,
  coalesce(
    {{ add_days('lead(valid_from) over (partition by sku order by valid_from)', -1) }}, cast('9999-12-31' as date)
  ) as valid_to
from {{ ref('stg_crm__product_costs') }}
