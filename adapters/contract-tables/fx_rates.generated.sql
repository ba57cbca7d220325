-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  rate_date,
  base_currency,
  quote_currency,
  rate
from input
