-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  cost_id,
  kind,
  channel,
  starts_on,
  ends_on,
  amount,
  currency,
  is_deleted,
  updated_at
from input
