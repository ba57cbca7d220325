-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  territory,
  tax_class,
  valid_from,
  valid_to,
  rate
from input
