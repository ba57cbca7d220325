select
  upper(territory) as territory,
  tax_class,
  valid_from,
  valid_to,
  rate
from {{ source('bronze', 'vat_rates') }}
{{ newest_per('upper(territory), tax_class, valid_from') }}
