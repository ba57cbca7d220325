-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  customer_id,
  purpose,
  state,
  changed_at
from input
