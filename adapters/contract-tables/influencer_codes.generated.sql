-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  code,
  influencer_id,
  discount_rate,
  valid_from,
  valid_to,
  updated_at
from input
