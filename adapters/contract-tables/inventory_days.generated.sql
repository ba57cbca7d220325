-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  sku,
  inventory_date,
  units_on_hand,
  stock_out_hours
from input
