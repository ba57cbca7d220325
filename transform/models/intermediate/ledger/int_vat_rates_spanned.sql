-- A rate ends where it says so, or where the next one begins.
select
  territory,
  tax_class,
  valid_from,
  least(
    coalesce(valid_to, cast('9999-12-31' as date)),
    coalesce(
      {{ add_days('lead(valid_from) over (partition by territory, tax_class order by valid_from)', -1) }},
      cast('9999-12-31' as date)
    )
  ) as valid_to,
  rate
from {{ ref('stg_finance__vat_rates') }}
