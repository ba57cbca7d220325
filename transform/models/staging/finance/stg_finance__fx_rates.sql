select
  rate_date,
  base_currency,
  quote_currency,
  rate
from {{ source('bronze', 'fx_rates') }}
{{ newest_per('rate_date, base_currency, quote_currency') }}
