select
  _record,
  rate_date,
  base_currency,
  quote_currency,
  rate
from input
