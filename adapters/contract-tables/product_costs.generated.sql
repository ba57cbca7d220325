-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  sku,
  valid_from,
  unit_cost,
  currency
from input
