-- Generated from src/contracts by `npm run generate`; do not edit.
select
  _record,
  code,
  influencer_id,
  discount_rate,
  valid_from,
  valid_to,
  is_deleted,
  updated_at
from input
